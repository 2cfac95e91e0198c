import { Budget, dictMemory, listMemory, memoryOf } from "./budget.ts";
import { BytesKey, mergeKeys, toKey } from "./dict.ts";
import type { Dict, Key, MakeDict, OtherKey } from "./dict.ts";
import type { Extensions } from "./extensions.ts";
import { formatError } from "./format-error.ts";
import { startsWith } from "./key-cache.ts";
import type { KeyCache } from "./key-cache.ts";

import type { CheckedLimits } from "./limits.ts";
import { Extension } from "./python-values.ts";

/** What the reader needs of `DecodeOptions`. */
interface ReadOptions extends CheckedLimits {
  readonly makeDict: MakeDict;
  readonly keyCache: KeyCache;
  readonly extensions: Extensions;
  /** Whether text that is not UTF-8 is returned as bytes. Old messages have only one type for both. */
  readonly legacy: boolean;
}

/** Lists up to this length are allocated at once. A list that grows takes the memory of 17 items with its first one. */
const shortList = 1_000;
/** The keys of an array in the order in which they are written. Comparing them is faster than reading them. */
const arrayKeys: readonly BytesKey[] = ["nd", "type", "kind", "shape", "data"].map((text) => new BytesKey(text));
const utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads msgpack: https://github.com/msgpack/msgpack/blob/master/spec.md
 *
 * The reader allocates nothing that the message does not contain. It checks every length against the bytes that are left,
 * and all open lists and dicts together must not declare more items than that. Bytes are views of the message.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  /** Created by the first number that needs it. */
  #view: DataView | undefined;
  readonly #options: ReadOptions;
  readonly #makeDict: MakeDict;
  readonly #keyCache: KeyCache;
  readonly #budget: Budget;
  #offset = 0;
  /** The items that open lists and dicts have declared and that are not read yet. */
  #declaredItems = 0;
  #depth = 0;

  constructor(bytes: Uint8Array, options: ReadOptions) {
    // A subarray of a Node Buffer would be a Node Buffer as well.
    const { buffer, byteOffset, byteLength } = bytes;
    this.#bytes = bytes.constructor === Uint8Array ? bytes : new Uint8Array(buffer, byteOffset, byteLength);
    this.#options = options;
    this.#makeDict = options.makeDict;
    this.#keyCache = options.keyCache;
    // A message within an extension is part of the message around it.
    const { place } = options.extensions;
    this.#budget = place?.budget ?? new Budget(options);
    if (place !== undefined) this.#depth = place.depth + 1;
  }

  /** @throws FormatError unless the message is exactly one value */
  readMessage(): unknown {
    if (this.#bytes.length === 0) throw formatError("empty", "there are no bytes", { offset: 0 });
    this.#checkDepth();
    const value = this.#read();
    const rest = this.#bytes.length - this.#offset;
    if (rest > 0) throw formatError("trailing", `${rest} bytes follow the message`, { offset: this.#offset });
    return value;
  }

  #read(): unknown {
    const type = this.#bytes[this.#take(1)] ?? 0;
    if (type < 0x80) return type;
    if (type < 0x90) return this.#dict(type & 0x0f);
    if (type < 0xa0) return this.#list(type & 0x0f);
    if (type < 0xc0) return this.#text(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#cut(this.#length(type - 0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return this.#extension(this.#length(type - 0xc7));
      case 0xca:
        return this.#numbers().getFloat32(this.#take(4));
      case 0xcb:
        return this.#numbers().getFloat64(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#length(type - 0xcc);
      case 0xcf:
        return toSafeNumber(this.#numbers().getBigUint64(this.#take(8)));
      case 0xd0:
        return this.#numbers().getInt8(this.#take(1));
      case 0xd1:
        return this.#numbers().getInt16(this.#take(2));
      case 0xd2:
        return this.#numbers().getInt32(this.#take(4));
      case 0xd3:
        return toSafeNumber(this.#numbers().getBigInt64(this.#take(8)));
      case 0xd4:
      case 0xd5:
      case 0xd6:
      case 0xd7:
      case 0xd8:
        return this.#extension(1 << (type - 0xd4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(type - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#list(this.#length(type - 0xdb));
      case 0xde:
      case 0xdf:
        return this.#dict(this.#length(type - 0xdd));
      default: {
        const offset = this.#offset - 1;
        throw formatError("format", `byte ${offset} is 0xc1, which msgpack never uses`, { offset });
      }
    }
  }

  #numbers(): DataView {
    const { buffer, byteOffset, byteLength } = this.#bytes;
    return (this.#view ??= new DataView(buffer, byteOffset, byteLength));
  }

  /** Reads an unsigned number of 1, 2 or 4 bytes, that is 2 to the power of `power`. */
  #length(power: number): number {
    const at = this.#take(1 << power);
    let number = 0;
    for (let index = at; index < this.#offset; index += 1) number = 256 * number + (this.#bytes[index] ?? 0);
    return number;
  }

  #take(count: number): number {
    const at = this.#offset;
    if (count > this.#bytes.length - at) {
      throw formatError("truncated", `the message ends within the ${count} bytes at byte ${at}`, { offset: at });
    }
    this.#offset = at + count;
    return at;
  }

  #cut(length: number): Uint8Array {
    this.#spend(0, memoryOf.bytes);
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #extension(length: number): unknown {
    const offset = this.#take(1);
    const extension = new Extension(this.#numbers().getInt8(offset), this.#cut(length));
    return this.#options.extensions.decode(extension, offset, { depth: this.#depth, budget: this.#budget });
  }

  #text(length: number): string | Uint8Array {
    const at = this.#take(length);
    // Most texts are short names, for which a call of TextDecoder costs more than reading them here.
    const name = length < 24 ? this.#keyCache.read(this.#bytes, at, length) : undefined;
    if (name !== undefined) return name;
    const bytes = this.#bytes.subarray(at, at + length);
    try {
      return utf8.decode(bytes);
    } catch {
      if (this.#options.legacy) return bytes;
      throw formatError("utf8", `the text at byte ${at} is not UTF-8`, { offset: at });
    }
  }

  #list(count: number): unknown[] {
    this.#enter(count, listMemory(count));
    const items: unknown[] = newList(count);
    for (let index = this.#floats(items, count); index < count; index += 1) {
      this.#declaredItems -= 1;
      items[index] = this.#read();
    }
    this.#depth -= 1;
    return items;
  }

  /** Reads the float64 at the start of a list and returns their count. Long lists mostly contain nothing else. */
  #floats(items: unknown[], most: number): number {
    const bytes = this.#bytes;
    let offset = this.#offset;
    if (bytes[offset] !== 0xcb) return 0;
    const view = this.#numbers();
    let count = 0;
    while (count < most && bytes[offset] === 0xcb && offset + 9 <= bytes.length) {
      items[count] = view.getFloat64(offset + 1);
      offset += 9;
      count += 1;
    }
    this.#declaredItems -= count;
    this.#offset = offset;
    return count;
  }

  #dict(count: number): unknown {
    const start = this.#offset;
    this.#enter(2 * count, dictMemory(count));
    const text: Dict = {};
    let bytes: Dict | undefined;
    let others: Map<OtherKey, unknown> | undefined;
    // An object keeps the order of its keys, except of those that look like whole numbers.
    let keys: Key[] | undefined;
    for (let index = 0; index < count; index += 1) {
      this.#declaredItems -= 2;
      const key = this.#key(index);
      if (typeof key === "string") {
        if (keys === undefined && (bytes !== undefined || beginsWithDigit(key))) keys = mergeKeys(text, bytes);
        keys?.push(key);
        text[key] = this.#read();
      } else if (key instanceof BytesKey) {
        if (keys === undefined && beginsWithDigit(key.text)) keys = mergeKeys(text, bytes);
        keys?.push(key);
        (bytes ??= {})[key.text] = this.#read();
      } else {
        if (others === undefined) this.#spend(0, memoryOf.map + memoryOf.mapEntry * count);
        (keys ??= mergeKeys(text, bytes)).push(key);
        (others ??= new Map()).set(key, this.#read());
      }
    }
    this.#depth -= 1;
    return this.#makeDict(text, bytes, others, keys, start);
  }

  #key(index: number): Key {
    const offset = this.#offset;
    const type = this.#bytes[offset] ?? 0;
    const key = type >= 0xc4 && type <= 0xc6 ? this.#bytesKey(index) : this.#read();
    return (typeof key === "string" && key !== "__proto__") || key === arrayKeys[index]
      ? (key as Key)
      : toKey(key, offset);
  }

  #bytesKey(index: number): BytesKey {
    const length = this.#length((this.#bytes[this.#take(1)] ?? 0) - 0xc4);
    const at = this.#take(length);
    const known = arrayKeys[index];
    if (known !== undefined && known.text.length === length && startsWith(known.text, this.#bytes, at)) return known;
    return BytesKey.of(this.#bytes.subarray(at, at + length));
  }

  /** Begins a list or dict, whose items follow. */
  #enter(items: number, memory: number): void {
    const offset = this.#offset;
    this.#declaredItems += items;
    this.#depth += 1;
    if (this.#declaredItems > this.#bytes.length - offset) {
      throw formatError("declared-length", `${items} items are declared at byte ${offset}, too many for the message`, {
        offset,
      });
    }
    this.#spend(items, memory);
    this.#checkDepth();
  }

  #checkDepth(): void {
    const { maxDepth } = this.#options;
    if (this.#depth <= maxDepth) return;
    const offset = this.#offset;
    throw formatError("depth", `at byte ${offset} values nest deeper than maxDepth allows, which is ${maxDepth}`, {
      offset,
    });
  }

  #spend(items: number, memory: number): void {
    if (this.#budget.spend(items, memory)) return;
    const offset = this.#offset;
    const advice = "raise it for a sender that you trust";
    throw formatError("too-many-items", `at byte ${offset} ${this.#budget.excess}; ${advice}`, { offset });
  }
}

function newList<T>(count: number): T[] {
  // oxlint-disable-next-line unicorn/no-new-array -- Array.from takes ten times as long
  return count <= shortList ? new Array<T>(count) : [];
}

function beginsWithDigit(text: string): boolean {
  const code = text.charCodeAt(0);
  return code >= 0x30 && code <= 0x39;
}

/** An integer as a number if that is exact, else as a bigint. */
export function toSafeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
