import { randomFillSync } from "node:crypto";

/** Values are pieces of so many random bytes, or of three times their size if that is more. */
const poolBytes = 16 * 2 ** 20;

/** An endless supply of values of random bytes, which no compression makes smaller. They are views, each at another place. */
export class RandomValues {
  readonly #pool: Uint8Array;
  readonly #size: number;
  #at = 0;

  constructor(size: number) {
    this.#size = size;
    this.#pool = randomFillSync(new Uint8Array(Math.max(poolBytes, 3 * size)));
  }

  next(): Uint8Array {
    const value = this.#pool.subarray(this.#at, this.#at + this.#size);
    // At the end it goes on near the beginning, but not where it began: those would be the same values again.
    this.#at = (this.#at + this.#size) % (this.#pool.length - this.#size + 1);
    return value;
  }
}
