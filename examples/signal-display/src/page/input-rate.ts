/**
 * How much a receiver takes in, from the sum that it reports: a ring of the newest rates, oldest first when read.
 */
export class InputRate {
  readonly #capacity: number;
  #samples: { readonly time: number; readonly megabytes: number }[] = [];

  /** @param capacity - how many sums are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Adds a sum, also one from before those that are there.
   *
   * @param time - ms since 1970
   * @param megabytes - received since the receiver started
   */
  add(time: number, megabytes: number): void {
    let at = this.#samples.length;
    while (at > 0 && (this.#samples[at - 1]?.time ?? 0) > time) at -= 1;
    if (this.#samples[at - 1]?.time === time) return;
    this.#samples.splice(at, 0, { time, megabytes });
    if (this.#samples.length > this.#capacity) this.#samples.shift();
  }

  /** MB/s between each two sums. A sum that became smaller is of a receiver that started again: NaN, since nothing is known. */
  rates(): number[] {
    return this.#samples.slice(1).map(({ time, megabytes }, index) => {
      const before = this.#samples[index];
      if (before === undefined || megabytes < before.megabytes) return NaN;
      return ((megabytes - before.megabytes) * 1000) / (time - before.time);
    });
  }
}
