import { checkNumber, invalidArgument, NdArray } from "@dataqueues/arrays";
import type { Item } from "@dataqueues/arrays";

/** Python's `complex`, which msgpack-numpy writes as text. numpy's complex scalars are read as one as well. */
export class Complex {
  readonly re: number;
  readonly im: number;

  /** @throws TypeError for a part that is not a number */
  constructor(re: number, im: number) {
    checkNumber("re", re);
    checkNumber("im", im);
    this.re = re;
    this.im = im;
  }

  /** Reads Python's repr, such as `(1+2j)`, `2j` and `(nan+infj)`; undefined for any other text. */
  static parse(text: string): Complex | undefined {
    const [, bare, re, im] = form.exec(text) ?? [];
    if (bare !== undefined) return new Complex(0, toNumber(bare));
    return re === undefined || im === undefined ? undefined : new Complex(toNumber(re), toNumber(im));
  }

  /** Python's repr. */
  toString(): string {
    const im = printFloat(this.im);
    if (Object.is(this.re, 0)) return `${im}j`;
    return `(${printFloat(this.re)}${im.startsWith("-") ? "" : "+"}${im}j)`;
  }
}

const float = String.raw`(?:nan|inf|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)`;
const form = new RegExp(String.raw`^\(?(?:([+-]?${float})|([+-]?${float})([+-]${float}))j\)?$`);

/** `Number` already makes NaN of `nan` and `-nan`. */
function toNumber(text: string): number {
  return Number(text.replace("inf", "Infinity"));
}

/** Python's repr of a float in a complex number: JavaScript's digits, with an exponent below 1e-4 and from 1e16 on. */
function printFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0";
  const [digits = "", exponent = "0"] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 16) return String(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A number that is written as Python's float even if it is whole: JavaScript cannot distinguish 1.0 from 1. */
export class Float64 {
  readonly value: number;

  /** @throws TypeError for a value that is not a number */
  constructor(value: number) {
    checkNumber("value", value);
    this.value = value;
  }

  /** The number, for arithmetic and comparison. */
  valueOf(): number {
    return this.value;
  }
}

/** A value of one of msgpack's extension types, -128 to 127, as plain bytes. Type -1 is msgpack's timestamp. */
export class Extension {
  readonly type: number;
  readonly data: Uint8Array;

  /** @throws TypeError for a type outside of the range, or data that are not a Uint8Array */
  constructor(type: number, data: Uint8Array) {
    if (!Number.isInteger(type) || type < -128 || type > 127) {
      throw invalidArgument("type", "a whole number from -128 to 127", type);
    }
    if (!(data instanceof Uint8Array)) throw invalidArgument("data", "a Uint8Array", data);
    this.type = type;
    this.data = data;
  }
}

/**
 * A numpy scalar with its dtype, such as `numpy.float32(1.5)`. Pass one to `encode` to write a numpy scalar; `decode`
 * returns them for times, and for all numpy scalars with `scalars: "typed"`.
 */
export class NumpyScalar {
  /** The value as an array without dimensions. */
  readonly array: NdArray;

  /**
   * @throws TypeError for an array that has dimensions or another dtype
   * @throws FormatError for an invalid dtype, or a value that does not fit it
   */
  constructor(dtype: string, value: Item | NdArray) {
    if (value instanceof NdArray && (value.shape.length > 0 || !hasDtype(dtype, value))) {
      throw invalidArgument("value", `a single ${dtype}`, value);
    }
    this.array = value instanceof NdArray ? value : NdArray.fromItems(dtype, [], [value]);
  }

  /** numpy's dtype string, such as `<f8`. */
  get dtype(): string {
    return this.array.dtype;
  }

  /** The value as an item of an NdArray. */
  get value(): Item {
    return this.array.item(0);
  }

  /** The value, for arithmetic and comparison. */
  valueOf(): Item {
    return this.value;
  }
}

/** Whether the array has this dtype, under any of its names. */
function hasDtype(dtype: string, array: NdArray): boolean {
  return array.dtype === dtype || array.dtype === NdArray.fromItems(dtype, [0], []).dtype;
}
