import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr, Item } from "@dataqueues/arrays";
import { Complex, Float64, NumpyScalar } from "@dataqueues/codec-msgpack-numpy";
import { descrToDtype } from "@dataqueues/arrays";
import * as fc from "fast-check";

/** A value in a form of JSON that `build` in `array_counterpart.py` reads as well. */
export type Model =
  | null
  | boolean
  | { readonly int: string }
  | { readonly float: string }
  | { readonly text: string }
  | { readonly bytes: string }
  | { readonly complex: readonly [string, string] }
  | { readonly list: readonly Model[] }
  | { readonly dict: readonly (readonly [string, Model])[] }
  | { readonly map: readonly (readonly [KeyModel, Model])[] }
  | { readonly scalar: { readonly dtype: string; readonly data: string } }
  | ArrayModel;

/** Keys in a form in which neither language confuses them. */
type KeyModel = null | { readonly int: string } | { readonly float: string } | { readonly text: string };

/** An array by its bytes, or by its items as text. */
export type ArrayModel =
  | { readonly array: { readonly dtype: Descr; readonly shape: readonly number[]; readonly data: string } }
  | {
      readonly items: { readonly dtype: string; readonly shape: readonly number[]; readonly items: readonly string[] };
    };

type Descr = string | readonly FieldDescr[];

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Bytes at an unaligned place in memory. */
function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(Buffer.from(text, "base64"));
  const memory = new Uint8Array(bytes.length + 1);
  memory.set(bytes, 1);
  return memory.subarray(1);
}

const numbers = ["|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<f2", "<f4", "<f8", "<c8", "<c16"];
const bytesDtype = (narrowest: number): fc.Arbitrary<string> =>
  fc.integer({ min: narrowest, max: 9 }).map((width) => `|S${width}`);
const scalarDtype = fc.oneof(fc.constantFrom(...numbers), bytesDtype(0));
/** Fields are at least one byte wide, because numpy has no subarrays of empty items. */
const fieldDtype = fc.oneof(fc.constantFrom(...numbers), bytesDtype(1));
const timeDtype = fc.constantFrom("<M8[ns]", "<M8[D]", "<m8[us]", "<M8[25s]");
const shape = fc.oneof(fc.constant([]), fc.array(fc.nat(4), { minLength: 1, maxLength: 4 }));
const name = fc.oneof(fc.string({ minLength: 1, maxLength: 6 }), fc.constantFrom("整形", "it's", "ü", "🛰"));

function fieldDescr(depth: number, leaf: fc.Arbitrary<string>): fc.Arbitrary<FieldDescr> {
  const format: fc.Arbitrary<Descr> =
    depth === 0 ? leaf : fc.oneof({ weight: 4, arbitrary: leaf }, fields(depth - 1, leaf));
  const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 2 });
  return fc.oneof(fc.tuple(name, format), fc.tuple(name, format, sizes));
}

function fields(depth: number, leaf: fc.Arbitrary<string>): fc.Arbitrary<readonly FieldDescr[]> {
  return fc.uniqueArray(fieldDescr(depth, leaf), {
    minLength: 1,
    maxLength: 5,
    selector: ([label]) => label,
  });
}

function arrayOf(dtype: fc.Arbitrary<Descr>): fc.Arbitrary<ArrayModel> {
  return fc
    .tuple(dtype, shape)
    .chain(([descr, sizes]) => {
      const length = descrToDtype(descr).itemsize * sizes.reduce((product, size) => product * size, 1);
      const data = fc.uint8Array({ minLength: length, maxLength: length });
      return fc.tuple(fc.constant(descr), fc.constant(sizes), data);
    })
    .map(([descr, sizes, data]) => ({ array: { dtype: descr, shape: sizes, data: base64(data) } }));
}

const itemsOf: Readonly<Record<string, fc.Arbitrary<string>>> = {
  "|b1": fc.boolean().map(String),
  "<i4": fc.integer().map(String),
  "<i8": fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  "<u8": fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  "<f8": fc.double().map(pythonFloat),
  "<f4": fc.float({ noNaN: true }).map(pythonFloat),
  "<f2": fc.double({ min: -70_000, max: 70_000, noNaN: true }).map(pythonFloat),
  "<U3": fc.string({ unit: "grapheme-ascii", maxLength: 3 }),
  "<U2": fc.string({ unit: fc.constantFrom("é", "整", "🛰", "a"), maxLength: 2 }),
  "|S3": fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 3 }),
};

const itemArray: fc.Arbitrary<ArrayModel> = fc
  .tuple(fc.constantFrom(...Object.keys(itemsOf)), shape)
  .chain(([dtype, sizes]) => {
    const length = sizes.reduce((product, size) => product * size, 1);
    const items = fc.array(itemsOf[dtype] ?? fc.constant(""), { minLength: length, maxLength: length });
    return items.map((each) => ({ items: { dtype, shape: sizes, items: each } }));
  });

/** Arrays that npy carries. */
export const npyArray: fc.Arbitrary<ArrayModel> = fc.oneof(
  arrayOf(fc.oneof(scalarDtype, timeDtype)),
  arrayOf(fields(2, fc.oneof(fieldDtype, timeDtype))),
  itemArray,
);

/** Arrays that msgpack_numpy can write: without dates, and without ":" in names. */
const msgpackArray: fc.Arbitrary<ArrayModel> = fc.oneof(
  arrayOf(scalarDtype),
  arrayOf(fields(2, fieldDtype).filter((descr) => !JSON.stringify(descr).includes(":"))),
  itemArray,
);

const scalar = fc.constantFrom(...numbers.filter((dtype) => dtype !== "<f8" && dtype !== "<c16")).chain((dtype) => {
  const { itemsize } = descrToDtype(dtype);
  return fc
    .uint8Array({ minLength: itemsize, maxLength: itemsize })
    .map((data) => ({ scalar: { dtype, data: base64(data) } }));
});

const leaf: fc.Arbitrary<Model> = fc.oneof(
  fc.constantFrom(null, true, false),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((int) => ({ int: String(int) })),
  fc.integer({ min: -300, max: 70_000 }).map((int) => ({ int: String(int) })),
  fc.double().map((float) => ({ float: pythonFloat(float) })),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((text) => ({ text })),
  fc.uint8Array({ maxLength: 300 }).map((bytes) => ({ bytes: base64(bytes) })),
  fc.tuple(fc.double(), fc.double()).map(([re, im]) => ({ complex: [pythonFloat(re), pythonFloat(im)] as const })),
  scalar,
  msgpackArray,
);

const keyModel: fc.Arbitrary<KeyModel> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }).map((int) => ({ int: String(int) })),
  fc.integer({ min: -40, max: 70_000 }).map((int) => ({ int: String(int) })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((float) => !Number.isInteger(float))
    .map((float) => ({ float: pythonFloat(float) })),
  fc.string({ maxLength: 8 }).map((text) => ({ text })),
  fc.constant(null),
);

/** Nested dicts and lists of any values, including arrays. */
export const nestedValue: fc.Arbitrary<Model> = fc.letrec<{ value: Model }>((tie) => {
  const key = fc.string({ maxLength: 8 }).filter((text) => text !== "__proto__");
  const entry = fc.tuple(key, tie("value"));
  return {
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 18 }).map((list) => ({ list })),
      fc.uniqueArray(entry, { maxLength: 18, selector: ([text]) => text }).map((dict) => ({ dict })),
      fc
        .uniqueArray(fc.tuple(keyModel, tie("value")), { maxLength: 6, selector: ([key]) => JSON.stringify(key) })
        .map((map) => ({ map })),
    ),
  };
}).value;

/** A number in a form that Python reads: `inf`, `nan`, or JavaScript's digits. */
function pythonFloat(value: number): string {
  if (Object.is(value, -0)) return "-0.0";
  return String(value).replace("Infinity", "inf").replace("NaN", "nan");
}

const numberOf = (text: string): number => Number(text.replace("inf", "Infinity"));

/** The array of a model. */
export function buildArray(model: ArrayModel): NdArray | RecordArray {
  if ("items" in model) {
    const { dtype, shape: sizes, items } = model.items;
    return NdArray.fromItems(
      dtype,
      sizes,
      items.map((item) => itemOf(dtype, item)),
    );
  }
  const { dtype, shape: sizes, data } = model.array;
  if (typeof dtype === "string") return NdArray.fromBytes(dtype, sizes, bytesOf(data));
  return new RecordArray(dtype, sizes, bytesOf(data));
}

function itemOf(dtype: string, item: string): Item {
  if (dtype === "|b1") return item === "true";
  if (dtype === "<i8" || dtype === "<u8") return BigInt(item);
  return /[iuf]/.test(dtype) ? numberOf(item) : item;
}

/** The value of a model. Dicts are Maps, which keep the order of keys that look like numbers. */
export function buildValue(model: Model): unknown {
  if (model === null || typeof model === "boolean") return model;
  if ("int" in model) return BigInt(model.int);
  if ("float" in model) return new Float64(numberOf(model.float));
  if ("text" in model) return model.text;
  if ("bytes" in model) return bytesOf(model.bytes);
  if ("complex" in model) return new Complex(numberOf(model.complex[0]), numberOf(model.complex[1]));
  if ("list" in model) return model.list.map(buildValue);
  if ("dict" in model) return new Map(model.dict.map(([key, value]) => [key, buildValue(value)]));
  if ("map" in model) return new Map(model.map.map(([key, value]) => [keyOf(key), buildValue(value)]));
  if ("scalar" in model) {
    return new NumpyScalar(model.scalar.dtype, NdArray.fromBytes(model.scalar.dtype, [], bytesOf(model.scalar.data)));
  }
  return buildArray(model);
}

function keyOf(key: KeyModel): string | number | bigint | null {
  if (key === null) return null;
  if ("text" in key) return key.text;
  if ("float" in key) return numberOf(key.float);
  const number = Number(key.int);
  return Number.isSafeInteger(number) ? number : BigInt(key.int);
}
