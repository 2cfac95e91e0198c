import { exact } from "./exact.ts";
import { Extension } from "./extension.ts";
import { refuse } from "./refuse.ts";

/** What a dict becomes; `start` is where it begins in the message. */
export type MakeDict = (text: Map<string, unknown>, bytes: Map<string, unknown> | undefined, start: number) => unknown;

const maxDepth = 64;
/** The keys of msgpack-numpy, which are recognized faster than read. */
const marks = ["nd", "type", "kind", "shape", "data", "complex"] as const;
const utf8: TextDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Reads msgpack: https://github.com/msgpack/msgpack/blob/master/spec.md
 *
 * Nothing is allocated that the message does not hold: every length is checked against the bytes that are left, and
 * containers may not promise more items than that, all open ones together. Bytes are views of the message.
 */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #makeDict: MakeDict;
  /** Whether text that is not UTF-8 is taken for bytes, which old messages have no other type for. */
  readonly #legacy: boolean;
  #offset = 0;
  /** Items that the open containers still promise. */
  #owed = 0;
  #depth = 0;

  constructor(bytes: Uint8Array, makeDict: MakeDict, legacy: boolean) {
    // A plain Uint8Array, so that what is cut from it is not a Node Buffer.
    const { buffer, byteOffset, byteLength } = bytes;
    this.#bytes = bytes.constructor === Uint8Array ? bytes : new Uint8Array(buffer, byteOffset, byteLength);
    this.#view = new DataView(buffer, byteOffset, byteLength);
    this.#makeDict = makeDict;
    this.#legacy = legacy;
  }

  /** @throws FormatError unless the message is exactly one value */
  readMessage(): unknown {
    if (this.#bytes.length === 0) throw refuse("empty", "there are no bytes", { offset: 0 });
    const value = this.#read();
    const rest = this.#bytes.length - this.#offset;
    if (rest > 0) throw refuse("trailing", `${rest} bytes follow the message`, { offset: this.#offset });
    return value;
  }

  #read(): unknown {
    const type = this.#view.getUint8(this.#take(1));
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
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#length(type - 0xcc);
      case 0xcf:
        return exact(this.#view.getBigUint64(this.#take(8)));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return exact(this.#view.getBigInt64(this.#take(8)));
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
        throw refuse("format", `byte ${offset} is 0xc1, which msgpack never uses`, { offset });
      }
    }
  }

  /** Unsigned numbers of 1, 2 or 4 bytes, by the power of two. */
  #length(power: number): number {
    if (power === 0) return this.#view.getUint8(this.#take(1));
    return power === 1 ? this.#view.getUint16(this.#take(2)) : this.#view.getUint32(this.#take(4));
  }

  #take(count: number): number {
    const at = this.#offset;
    if (count > this.#bytes.length - at) {
      throw refuse("truncated", `the message ends within the ${count} bytes at byte ${at}`, { offset: at });
    }
    this.#offset = at + count;
    return at;
  }

  #cut(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.subarray(at, at + length);
  }

  #extension(length: number): Extension {
    const type = this.#view.getInt8(this.#take(1));
    return new Extension(type, this.#cut(length));
  }

  #text(length: number): string | Uint8Array {
    const at = this.#take(length);
    // Most texts are short names, for which TextDecoder takes longer to start than to work.
    if (length < 24) {
      let text = "";
      let index = at;
      for (; index < at + length; index += 1) {
        const byte = this.#bytes[index] ?? 0;
        if (byte >= 0x80) break;
        text += String.fromCharCode(byte);
      }
      if (index === at + length) return text;
    }
    const bytes = this.#bytes.subarray(at, at + length);
    try {
      return utf8.decode(bytes);
    } catch {
      if (this.#legacy) return bytes;
      throw refuse("utf8", `the text at byte ${at} is not UTF-8`, { offset: at });
    }
  }

  #list(count: number): unknown[] {
    this.#enter(count);
    const items: unknown[] = [];
    for (let index = 0; index < count; index += 1) {
      this.#owed -= 1;
      items.push(this.#read());
    }
    this.#depth -= 1;
    return items;
  }

  #dict(count: number): unknown {
    const start = this.#offset;
    this.#enter(2 * count);
    const text = new Map<string, unknown>();
    let bytes: Map<string, unknown> | undefined;
    for (let index = 0; index < count; index += 1) {
      this.#owed -= 2;
      const at = this.#offset;
      const type = this.#bytes[at] ?? 0;
      if (type >= 0xc4 && type <= 0xc6) (bytes ??= new Map()).set(this.#bytesKey(), this.#read());
      else {
        const key = this.#read();
        if (typeof key !== "string") {
          throw refuse("key", `the key at byte ${at} is neither text nor bytes`, { offset: at });
        }
        text.set(key, this.#read());
      }
    }
    this.#depth -= 1;
    return this.#makeDict(text, bytes, start);
  }

  /** A key of bytes, as text of one character a byte. */
  #bytesKey(): string {
    const length = this.#length(this.#view.getUint8(this.#take(1)) - 0xc4);
    const at = this.#take(length);
    const known = marks.find((mark) => mark.length === length && this.#startsWith(mark, at));
    return known ?? Array.from(this.#bytes.subarray(at, at + length), (byte) => String.fromCharCode(byte)).join("");
  }

  #startsWith(ascii: string, at: number): boolean {
    for (let index = 0; index < ascii.length; index += 1) {
      if (this.#bytes[at + index] !== ascii.charCodeAt(index)) return false;
    }
    return true;
  }

  #enter(items: number): void {
    const at = this.#offset;
    this.#owed += items;
    this.#depth += 1;
    if (this.#owed > this.#bytes.length - at) {
      throw refuse("declared-length", `${items} items are promised at byte ${at}, too many for the message`, {
        offset: at,
      });
    }
    if (this.#depth > maxDepth) throw refuse("depth", `deeper than ${maxDepth} levels at byte ${at}`, { offset: at });
  }
}
