import type { FormatError } from "./errors.ts";
import { formatError } from "./errors.ts";
import { toFloat16Bits } from "./float16.ts";
import { writeText } from "./text.ts";
import type { TypedArray } from "./typed-arrays.ts";
import type { Complex, Item, ScalarDType } from "./types.ts";

/**
 * Writes one item to its place in C order.
 *
 * @throws FormatError with code `value` or `text` for an item that the dtype cannot hold
 */
export function writeItem(data: TypedArray, { kind, itemsize, str }: ScalarDType, index: number, item: Item): void {
  if (kind === "U" || kind === "S" || kind === "V") {
    const bytes = new Uint8Array(data.buffer, data.byteOffset + index * itemsize, itemsize);
    if (kind !== "V") return writeText(item, kind, bytes);
    if (!(item instanceof Uint8Array) || item.length !== itemsize) throw valueError(item, str);
    bytes.set(item);
  } else if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
    const integer = toBigint(item, str);
    data[index] = integer;
    if (data[index] !== integer) throw valueError(item, str);
  } else if (kind === "c") {
    const complex = isComplex(item) ? item : { re: toNumber(item, str), im: 0 };
    data[2 * index] = complex.re;
    data[2 * index + 1] = complex.im;
  } else {
    const number = toNumber(item, str);
    data[index] =
      kind === "b"
        ? Number(number !== 0)
        : kind === "f" && data instanceof Uint16Array
          ? toFloat16Bits(number)
          : number;
    // Typed arrays wrap numbers that are out of range without an error.
    if ((kind === "i" || kind === "u") && data[index] !== number) throw valueError(item, str);
  }
}

/** Whether an item is a complex number. Lists from a message may hold null. */
export function isComplex(item: Item | null | undefined): item is Complex {
  return typeof item === "object" && item !== null && "re" in item;
}

function toNumber(item: Item, dtype: string): number {
  if (typeof item === "number" || typeof item === "boolean") return Number(item);
  if (typeof item === "bigint" && Number.isSafeInteger(Number(item))) return Number(item);
  throw valueError(item, dtype);
}

function toBigint(item: Item, dtype: string): bigint {
  if (typeof item === "bigint") return item;
  if (typeof item === "boolean" || Number.isInteger(item)) return BigInt(Number(item));
  throw valueError(item, dtype);
}

/** As Python's ValueError. */
function valueError(item: Item, dtype: string): FormatError {
  const shown = typeof item === "object" || typeof item === "string" ? JSON.stringify(item) : String(item);
  return formatError("value", `${shown} does not fit ${dtype}`);
}
