/**
 * Random numbers that are the same for the same seeds. Source of the algorithm: Mulberry32, public domain, by Tommy Ettinger.
 */
export class RandomNumbers {
  #state: number;
  #second: number | undefined;

  /** @param seeds - whole numbers; another one gives other numbers */
  constructor(...seeds: readonly number[]) {
    this.#state = 0x9e3779b9;
    for (const seed of seeds) this.#state = mix(this.#state ^ (seed >>> 0) ^ Math.floor(seed / 2 ** 32)) >>> 0;
  }

  /** From 0 to below 1, all equally likely. */
  uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    return mix(this.#state) / 2 ** 32;
  }

  /** Normally distributed, with mean 0 and standard deviation 1: the Box-Muller transform, which gives two at a time. */
  normal(): number {
    if (this.#second !== undefined) {
      const second = this.#second;
      this.#second = undefined;
      return second;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#second = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

function mix(state: number): number {
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
