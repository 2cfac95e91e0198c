import { NdArray, RecordArray } from "@dataqueues/arrays";
import * as msgpackNumpy from "@dataqueues/codec-msgpack-numpy";
import * as npy from "@dataqueues/codec-npy";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Format } from "./python-exceptions.ts";
import { buildArray, buildValue, nestedValue, npyArray } from "./random-models.ts";
import type { Model } from "./random-models.ts";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const numRuns = 1_250;
let numpy: PythonCounterpart;

beforeAll(async () => {
  console.log(`seed ${seed}, ${2 * numRuns} cases; the same ones again: DATAQUEUES_SEED=${seed}`);
  numpy = await PythonCounterpart.start("array_counterpart.py");
}, 600_000);

afterAll(() => numpy.close());

/** Python builds the same value from the model, and must write the same bytes. */
async function expectPythonWrites(format: Format, model: Model, bytes: Uint8Array): Promise<void> {
  const { value: problem } = await numpy.request({ check: format, value: model }, bytes);
  expect(problem).toBe("");
}

test(`npy: random arrays and structured arrays are written as numpy writes them, and survive a round trip`, async () => {
  const outcome = fc.assert(
    fc.asyncProperty(npyArray, async (model) => {
      const array = buildArray(model);
      const bytes = npy.encode(array);
      await expectPythonWrites("npy", model, bytes);
      expectSame(npy.decode(bytes), array);
    }),
    { seed, numRuns },
  );
  await expect(outcome).resolves.toBeUndefined();
}, 240_000);

test("msgpack_numpy: random dicts, lists and arrays are written as Python writes them, and survive a round trip", async () => {
  const outcome = fc.assert(
    fc.asyncProperty(nestedValue, async (model) => {
      const value = buildValue(model);
      const bytes = msgpackNumpy.encode(value);
      await expectPythonWrites("msgpack_numpy", model, bytes);
      expectSame(msgpackNumpy.decode(bytes, { scalars: "typed" }), value);
    }),
    { seed, numRuns },
  );
  await expect(outcome).resolves.toBeUndefined();
}, 240_000);

/** Compares arrays byte by byte. Whole floats and small bigints are read as numbers, dicts as objects. */
function expectSame(found: unknown, value: unknown): void {
  if (value instanceof NdArray || value instanceof RecordArray) {
    expect(found?.constructor).toBe(value.constructor);
    const again = found as NdArray | RecordArray;
    expect(again.shape).toEqual(value.shape);
    expect(again.dtype).toEqual(value.dtype);
    expect(Buffer.compare(bytesOf(again), bytesOf(value))).toBe(0);
  } else if (value instanceof msgpackNumpy.NumpyScalar) {
    expectSame((found as msgpackNumpy.NumpyScalar).array, value.array);
  } else if (value instanceof msgpackNumpy.Float64) {
    expect(found).toBe(value.value);
  } else if (typeof value === "bigint") {
    expect(typeof found === "number" ? BigInt(found) : found).toBe(value);
    expect(typeof found).toBe(Number.isSafeInteger(Number(value)) ? "number" : "bigint");
  } else if (value instanceof Map && found instanceof Map) {
    expect([...found.keys()]).toEqual([...value.keys()]);
    for (const [key, item] of value) expectSame(found.get(key), item);
  } else if (value instanceof Map) {
    const record = found as Readonly<Record<string, unknown>>;
    expect(Object.keys(record).toSorted()).toEqual([...value.keys()].toSorted());
    for (const [key, item] of value) expectSame(record[key], item);
  } else if (Array.isArray(value)) {
    expect(found).toHaveLength(value.length);
    value.forEach((item: unknown, index) => expectSame((found as readonly unknown[])[index], item));
  } else {
    expect(found).toEqual(value);
  }
}

function bytesOf(array: NdArray | RecordArray): Uint8Array {
  return array instanceof NdArray ? array.bytes : array.data;
}
