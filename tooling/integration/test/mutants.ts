import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

/** Where bytes are changed. */
export type Range = readonly [start: number, end: number];

const edgeCases = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** Changed copies of messages, the same ones for the same seed. */
export class Mutants {
  readonly #generator: ReturnType<typeof mersenne>;

  constructor(seed: number) {
    this.#generator = mersenne(seed);
  }

  /** A number from 0 to below `limit`. */
  below(limit: number): number {
    return uniformInt(this.#generator, 0, limit - 1);
  }

  /** Changes one to three bytes, or replaces a 32-bit number by an edge case or a small one, or copies a piece over another. */
  mutate(bytes: Uint8Array, [start, end]: Range): Uint8Array {
    const mutant = bytes.slice();
    const view = new DataView(mutant.buffer);
    const place = (): number => start + this.below(end - start);
    const last = mutant.length - 4;
    const kind = this.below(5);
    if (kind === 0) {
      view.setUint32(Math.min(place(), last), edgeCases[this.below(edgeCases.length)] ?? 0, true);
    } else if (kind === 1) view.setUint32(Math.min(4 * (place() >> 2), last), this.below(256), true);
    else if (kind === 2) mutant.copyWithin(place(), place(), place());
    else for (let flips = 1 + this.below(3); flips > 0; flips--) mutant[place()] = this.below(256);
    return mutant;
  }
}
