import type { ToPage, View } from "../display-messages.ts";
import { CoverageTracks } from "./coverage-tracks.ts";
import { InputRate } from "./input-rate.ts";
import { WaterfallRows } from "./waterfall-rows.ts";

export type MessageOf<Type extends ToPage["type"]> = Extract<ToPage, { readonly type: Type }>;
export type Channels = MessageOf<"spectrum" | "amplitude" | "phase">;

/** A window's waterfall, and the axis that its rows have. */
interface Waterfall {
  readonly axis: Channels["axis"];
  readonly rows: WaterfallRows;
}

/**
 * All that the page shows: the newest message of each kind and window, and histories of bounded length. Nothing here comes from
 * anywhere but the queue.
 */
export class DisplayState {
  view: View;
  readonly subarray: string;
  /** Since when the page is paused, ms since 1970; undefined if it is not. */
  pausedAt: number | undefined;
  connection: MessageOf<"connection">;
  streams: MessageOf<"streams">["streams"] = [];
  badRecords = 0;
  lastBadRecord: MessageOf<"badRecord"> | undefined;
  pointing: MessageOf<"pointing"> | undefined;
  receiver: MessageOf<"receiver"> | undefined;
  processing: MessageOf<"processing"> | undefined;
  coverage: MessageOf<"coverage"> | undefined;
  processingBlock: string | undefined;
  readonly tracks: CoverageTracks = new CoverageTracks(720);
  readonly input: InputRate = new InputRate(300);
  readonly #channels = new Map<string, Channels>();
  readonly #thumbnails = new Map<string, MessageOf<"thumbnails">>();
  readonly #waterfalls = new Map<number, Waterfall>();

  constructor(subarray: string, view: View, now: number) {
    this.subarray = subarray;
    this.view = view;
    this.connection = { type: "connection", state: "connecting", since: now };
  }

  /** The newest values of the shown window; undefined before the first ones, and until those of a newly chosen baseline are there. */
  channels(type: Channels["type"]): Channels | undefined {
    return this.#channels.get(`${type}/${this.view.shown}`);
  }

  thumbnails(quantity: "amplitude" | "phase"): MessageOf<"thumbnails"> | undefined {
    return this.#thumbnails.get(`${quantity}/${this.view.shown}`);
  }

  get waterfall(): Waterfall | undefined {
    return this.#waterfalls.get(this.view.shown);
  }

  /** Changes what is shown, and forgets what is not any more. */
  setView(view: View): void {
    const isOpen = (window: number): boolean => view.windows.includes(window);
    for (const [key, { window }] of this.#thumbnails) if (!isOpen(window)) this.#thumbnails.delete(key);
    for (const window of this.#waterfalls.keys()) if (!isOpen(window)) this.#waterfalls.delete(window);
    for (const [key, message] of this.#channels) {
      const isOther = message.type !== "spectrum" && message.baseline !== view.baseline;
      if (isOther || !isOpen(message.window)) this.#channels.delete(key);
    }
    this.view = view;
  }

  /** Takes a message of the Worker in. What belongs to a window or a baseline that was left meanwhile is dropped. */
  accept(message: ToPage): void {
    const window = windowOf(message);
    if (window !== undefined && !this.view.windows.includes(window)) return;
    switch (message.type) {
      case "spectrum":
        this.processingBlock = message.processingBlock;
        this.#channels.set(`spectrum/${message.window}`, message);
        this.#addSpectrum(message);
        return;
      case "amplitude":
      case "phase":
        if (message.baseline === this.view.baseline) this.#channels.set(`${message.type}/${message.window}`, message);
        return;
      case "thumbnails":
        this.#thumbnails.set(`${message.quantity}/${message.window}`, message);
        return;
      case "spectrumHistory": {
        const { rows } = this.#waterfallOf(message.window, message.axis);
        for (const [index, time] of message.times.entries()) {
          rows.add(time, message.values.subarray(index * message.axis.count, (index + 1) * message.axis.count));
        }
        return;
      }
      case "coverage":
        this.coverage = message;
        this.tracks.add(message.baselines, message);
        return;
      case "coverageHistory": {
        const size = message.baselines.length;
        for (const [index, time] of message.times.entries()) {
          const [from, to] = [index * size, (index + 1) * size];
          this.tracks.add(message.baselines, {
            time,
            u: message.u.subarray(from, to),
            v: message.v.subarray(from, to),
          });
        }
        return;
      }
      case "receiver":
        this.receiver = message;
        this.input.add(message.time, message.stats.totalMegabytes);
        return;
      case "receiverHistory":
        for (const [index, time] of message.times.entries()) this.input.add(time, message.totalMegabytes[index] ?? NaN);
        return;
      case "pointing":
        this.pointing = message;
        return;
      case "processing":
        this.processing = message;
        return;
      case "streams":
        this.streams = message.streams;
        return;
      case "connection":
        this.connection = message;
        return;
      case "badRecord":
        this.badRecords += 1;
        this.lastBadRecord = message;
    }
  }

  /** Whether a message changes what is shown: not if it is of a window that is only open. */
  isShown(message: ToPage): boolean {
    const window = windowOf(message);
    return window === undefined || window === this.view.shown;
  }

  #addSpectrum({ window, axis, time, polarisations, values }: MessageOf<"spectrum">): void {
    const index = Math.max(0, polarisations.indexOf("XX"));
    const row = values.subarray(index * axis.count, (index + 1) * axis.count);
    this.#waterfallOf(window, axis).rows.add(time, row);
  }

  /** The rows of a window. Rows of other channels have no place under them: a new axis begins a new waterfall. */
  #waterfallOf(window: number, axis: Channels["axis"]): Waterfall {
    const found = this.#waterfalls.get(window);
    if (found !== undefined && isSameAxis(found.axis, axis)) return found;
    const made = { axis, rows: new WaterfallRows(axis.count) };
    this.#waterfalls.set(window, made);
    return made;
  }
}

/** The window that a message is of. Only topics with channels have windows: the others have one partition. */
function windowOf(message: ToPage): number | undefined {
  switch (message.type) {
    case "spectrum":
    case "spectrumHistory":
    case "amplitude":
    case "phase":
    case "thumbnails":
      return message.window;
    default:
      return undefined;
  }
}

/** Whether two axes have the same channels. */
export function isSameAxis(a: Channels["axis"], b: Channels["axis"]): boolean {
  return a.firstHz === b.firstHz && a.lastHz === b.lastHz && a.count === b.count;
}
