import type { CheckedLimits } from "./limits.ts";

/**
 * Bytes of memory that values take in V8 on a machine of 64 bits beside their own 8 in a list or dict, as far as a message
 * of few bytes can ask for many: an empty dict is one byte in the message.
 */
export const memoryOf = { list: 48, dict: 56, map: 120, mapEntry: 32, text: 24, bytes: 104 } as const;

/** What a list of so many items, a dict of so many entries takes. */
export const listMemory = (items: number): number => memoryOf.list + 8 * items;
export const dictMemory = (entries: number): number => memoryOf.dict + 8 * entries;

/** What a message may still hold. Writing and reading count alike, so that what is written is read with the same limits. */
export class Budget {
  readonly #limits: CheckedLimits;
  #items = 0;
  #memory = 0;

  constructor(limits: CheckedLimits) {
    this.#limits = limits;
  }

  /** Takes so many values more; answers with what is wrong, in words, when a limit does not allow them. */
  spend(items: number, memory: number): string | undefined {
    const { maxItems, maxMemoryBytes } = this.#limits;
    this.#items += items;
    this.#memory += memory;
    if (this.#items > maxItems) return `more values in lists and dicts than maxItems allows, which is ${maxItems}`;
    if (this.#memory <= maxMemoryBytes) return undefined;
    return `more memory for lists, dicts, texts and bytes than maxMemoryBytes allows, which is ${maxMemoryBytes}`;
  }
}
