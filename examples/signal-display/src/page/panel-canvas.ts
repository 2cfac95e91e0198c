/** A canvas that fills its box with as many pixels as the screen has there. */
export class PanelCanvas {
  readonly element: HTMLCanvasElement;
  readonly context: CanvasRenderingContext2D;
  /** The size in pixels of the page. */
  width = 0;
  height = 0;

  /** @throws Error when the browser has no canvas of two dimensions */
  constructor(element: HTMLCanvasElement) {
    this.element = element;
    const context = element.getContext("2d");
    if (context === null) throw new Error("This browser gives no 2D context for a canvas.");
    this.context = context;
  }

  /** Takes the size of its box. */
  fit(): void {
    const { clientWidth, clientHeight } = this.element;
    [this.width, this.height] = [clientWidth, clientHeight];
    const ratio = devicePixelRatio;
    this.element.width = Math.round(clientWidth * ratio);
    this.element.height = Math.round(clientHeight * ratio);
  }

  /** Empties it; from then on, coordinates are pixels of the page. */
  clear(): CanvasRenderingContext2D {
    this.context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    this.context.clearRect(0, 0, this.width, this.height);
    return this.context;
  }
}
