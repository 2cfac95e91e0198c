import type { NdArray, RecordArray } from "@dataqueues/arrays";
import { expect, expectTypeOf, test } from "vitest";

import { DataQueueProducer, Encoding, encodingOf, memory } from "../src/index.ts";
import type { Codec } from "../src/index.ts";

// The members of the Python library's Encoding and their values, from its documentation.
test.for([
  ["UTF8", "utf-8"],
  ["ASCII", "ascii"],
  ["MSGPACK_NUMPY", "msgpack_numpy"],
  ["NPY", "npy"],
  ["JSON", "json"],
  ["XARRAY", "xarray"],
] as const)("Encoding.%s is what Python's %j stands for", ([member, name]) => {
  expect(encodingOf(name)).toBe(Encoding[member]);
});

test("every codec of Encoding is found by its name", () => {
  for (const codec of Object.values(Encoding)) expect(encodingOf(codec.name)).toBe(codec);
  expect(Object.values(Encoding)).toHaveLength(6);
});

test.for(["utf8", "UTF8", "NPY", "msgpack-numpy", "carray", "", "toString", undefined, null, 3])(
  "%j is no name of an encoding, as in Python, and the error lists the names",
  (name) => {
    const find = (): unknown => Reflect.apply(encodingOf, undefined, [name]);
    expect(find).toThrow(TypeError);
    expect(find).toThrow(
      `${JSON.stringify(name)} is no encoding: give one of utf-8, ascii, msgpack_numpy, npy, json, xarray`,
    );
  },
);

test("a name that the compiler knows gives a codec with its type", () => {
  expectTypeOf(encodingOf("npy")).toEqualTypeOf<typeof Encoding.NPY>();
  expectTypeOf(encodingOf("utf-8")).toEqualTypeOf<typeof Encoding.UTF8>();
  const read = (bytes: Uint8Array) => encodingOf("npy").decode(bytes);
  expectTypeOf(read).returns.toEqualTypeOf<NdArray | RecordArray>();
  expectTypeOf(encodingOf("json" as string)).toEqualTypeOf<Codec>();
  const producer = new DataQueueProducer(memory(), { topic: "notes", encoding: encodingOf("utf-8") });
  expectTypeOf(producer).toEqualTypeOf<DataQueueProducer<string>>();
});
