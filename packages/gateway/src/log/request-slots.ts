/** Lets only so many requests go to the same place at a time; the others wait in the order in which they came. */
export class RequestSlots<Place> {
  readonly #most: number;
  readonly #taken = new Map<Place, { count: number; readonly waiting: (() => void)[] }>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Settles as the request does, which begins once there is a slot for it. */
  async run<T>(place: Place, request: () => Promise<T>): Promise<T> {
    const slots = this.#taken.get(place) ?? { count: 0, waiting: [] };
    this.#taken.set(place, slots);
    if (slots.count >= this.#most) await new Promise<void>((resolve) => slots.waiting.push(resolve));
    else slots.count += 1;
    try {
      return await request();
    } finally {
      // Whoever waits gets this slot.
      const next = slots.waiting.shift();
      if (next !== undefined) next();
      else slots.count -= 1;
      if (slots.count === 0) this.#taken.delete(place);
    }
  }
}
