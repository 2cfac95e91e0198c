import type { CheckedLimits } from "./limits.ts";

/**
 * Bytes of memory that values take in V8 on a machine of 64 bits beside their own 8 in a list or dict, as far as a message
 * of few bytes can ask for many: an empty dict is one byte in the message. Texts take ten times their bytes at most, and are
 * read so often as names that counting them would take a sixth of a small message's time.
 */
export const memoryOf = { list: 48, dict: 56, map: 120, mapEntry: 32, bytes: 104 } as const;

/** What a list of so many items, a dict of so many entries takes. */
export const listMemory = (items: number): number => memoryOf.list + 8 * items;
export const dictMemory = (entries: number): number => memoryOf.dict + 8 * entries;

/** More values than any message has: a number that V8 keeps without memory of its own, as Infinity is not. */
const unlimited = 2 ** 30 - 1;

/** What a message may still hold. Writing and reading count alike, so that what is written is read with the same limits. */
export class Budget {
  readonly #limits: CheckedLimits;
  #items: number;
  #memory: number;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
    this.#items = Math.min(limits.maxItems, unlimited);
    this.#memory = limits.maxMemoryBytes;
  }

  /** Takes so much more; false when a limit does not allow it. */
  spend(items: number, memory: number): boolean {
    this.#items -= items;
    this.#memory -= memory;
    return this.#items >= 0 && this.#memory >= 0;
  }

  /** What there is too much of, in words. */
  get excess(): string {
    const { maxItems, maxMemoryBytes } = this.#limits;
    return this.#items < 0
      ? `more values in lists and dicts than maxItems allows, which is ${maxItems}`
      : `more memory for lists, dicts and bytes than maxMemoryBytes allows, which is ${maxMemoryBytes}`;
  }
}
