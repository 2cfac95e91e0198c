import { invalidArgument } from "@dataqueues/arrays";
import { ExtData, ExtensionCodec } from "@msgpack/msgpack";

import type { Budget } from "./budget.ts";
import type { EncodeOptions, ExtensionCodecLike } from "./encode-options.ts";
import { formatError, pathError } from "./format-error.ts";
import type { Path } from "./format-error.ts";
import { Extension } from "./python-values.ts";

/** Where an extension is in its message: in how many lists and dicts, and what the message may still contain. */
export interface Place {
  readonly depth: number;
  readonly budget: Budget;
}

/** What is written for an extension. An aligned one has four bytes for its length, so that the place of its data is known. */
export interface WrittenExtension {
  readonly type: number;
  readonly data: Uint8Array;
  readonly isAligned?: boolean;
}

/**
 * The user's ExtensionCodec. It may decode or encode messages of its own. If it does so with the codec that called it, they are
 * part of the message that is being read or written, so that its limits hold for all of it.
 */
export class Extensions {
  readonly #codec: ExtensionCodecLike | false;
  #place: Place | undefined;

  /** @throws TypeError if the option is not an ExtensionCodec */
  constructor({ extensionCodec = ExtensionCodec.defaultCodec }: EncodeOptions) {
    if (extensionCodec !== false && !isExtensionCodec(extensionCodec)) {
      throw invalidArgument("extensionCodec", "an ExtensionCodec of @msgpack/msgpack, or false", extensionCodec);
    }
    this.#codec = extensionCodec;
  }

  /**
   * Whether the ExtensionCodec is asked before a value gets the form that it has without. The default one knows only
   * values that have none, Dates, so it is not asked for each of the others.
   */
  get comesFirst(): boolean {
    return this.#codec !== false && this.#codec !== ExtensionCodec.defaultCodec;
  }

  /** The place of the extension that the ExtensionCodec works on: a message that begins now is within it. */
  get place(): Place | undefined {
    return this.#place;
  }

  /** The value of an extension whose type is at this offset. @throws FormatError with code `extension` */
  decode(extension: Extension, offset: number, place: Place): unknown {
    if (this.#codec === false) return extension;
    const { type, data } = extension;
    const outer = this.#place;
    this.#place = place;
    try {
      const value = this.#codec.decode(data, type, undefined);
      if (value instanceof Date && Number.isNaN(value.getTime())) {
        throw new RangeError("no Date holds this time; extensionCodec: false reads its bytes");
      }
      return isExtData(value) ? extension : value;
    } catch (cause) {
      // The outermost extension is at an offset of the whole message, so the error has that.
      if (outer !== undefined) throw cause;
      const message = `the extension of type ${type} at byte ${offset} cannot be decoded: ${reasonOf(cause)}`;
      throw formatError("extension", message, { offset, cause });
    } finally {
      this.#place = outer;
    }
  }

  /**
   * The extension that a value becomes; undefined if the ExtensionCodec makes none of it.
   *
   * @param position - the place of the extension in the message, for an ExtensionCodec that aligns its data
   * @throws FormatError with code `extension`
   */
  encode(value: unknown, path: Path, place: Place, position: number): WrittenExtension | undefined {
    if (this.#codec === false) return undefined;
    const outer = this.#place;
    this.#place = place;
    try {
      if (value instanceof Date && Number.isNaN(value.getTime())) throw new RangeError("it is an invalid Date");
      const found = this.#codec.tryToEncode(value, undefined);
      if (found === null) return undefined;
      const isAligned = typeof found.data === "function";
      const { type, data } = new Extension(found.type, isAligned ? found.data(position + 6) : found.data);
      // A copy, because the ExtensionCodec may use its buffer for the next value before the message is put together.
      return { type, data: new Uint8Array(data), isAligned };
    } catch (cause) {
      if (outer !== undefined) throw cause;
      throw pathError("extension", path, `extensionCodec cannot encode it: ${reasonOf(cause)}`, cause);
    } finally {
      this.#place = outer;
    }
  }
}

/** Whether an ExtensionCodec did not know the type. It may be of another copy of `@msgpack/msgpack`, such as that of `require`. */
function isExtData(value: unknown): boolean {
  return value instanceof ExtData || (value instanceof Object && value.constructor.name === ExtData.name);
}

function isExtensionCodec(value: unknown): value is ExtensionCodecLike {
  if (typeof value !== "object" || value === null) return false;
  return ["tryToEncode", "decode"].every((name) => typeof Reflect.get(value, name) === "function");
}

/** What went wrong, shortened: an ExtensionCodec that calls `decode` can nest a thousand errors. */
function reasonOf(cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return reason.length > 500 ? `${reason.slice(0, 500)}…` : reason;
}
