import { createRequire } from "node:module";
import { Table, tableFromArrays, tableToIPC } from "apache-arrow";
import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { batch, int8, schema, stream } from "./arrow-messages.ts";
import { readVector } from "./vectors.ts";

const table = tableFromArrays({ antenna: ["SKA001", "SKA002"], gain: Float64Array.of(1, 0.5) });
const bytes = arrow().encode(table);

function gainsOf(decoded: Table): Float64Array {
  const values: unknown = decoded.getChild("gain")?.toArray();
  if (values instanceof Float64Array) return values;
  throw new Error("no floats");
}

/** A copy of the bytes at this place of a larger buffer. */
function placedAt(byteOffset: number, message: Uint8Array): Uint8Array {
  const placed = new Uint8Array(new ArrayBuffer(message.length + 64), byteOffset, message.length);
  placed.set(message);
  return placed;
}

test.each(["stream", "file"] as const)(
  "encode gives what apache-arrow writes as a %s, in memory of just that size",
  (format) => {
    const encoded = arrow({ format }).encode(table);
    expect(encoded).toEqual(tableToIPC(table, format));
    expect([encoded.byteOffset, encoded.buffer.byteLength]).toEqual([0, encoded.length]);
  },
);

test("aligned bytes are viewed, others copied once", () => {
  for (const byteOffset of [0, 8, 40]) {
    const placed = placedAt(byteOffset, bytes);
    expect(gainsOf(arrow().decode(placed)).buffer).toBe(placed.buffer);
  }
  for (const byteOffset of [1, 4, 12]) {
    const gains = gainsOf(arrow().decode(placedAt(byteOffset, bytes)));
    expect(gains).toEqual(Float64Array.of(1, 0.5));
    expect(gains.buffer.byteLength).toBe(bytes.length);
  }
});

test("copy: always gives a table of its own memory", () => {
  const placed = placedAt(8, bytes);
  const gains = gainsOf(arrow({ copy: "always" }).decode(placed));
  placed.fill(0);
  expect(gains).toEqual(Float64Array.of(1, 0.5));
  expect(gains.buffer.byteLength).toBe(bytes.length);
});

test("copy: never is an error where a view is not possible", () => {
  const never = arrow({ copy: "never" });
  const placed = placedAt(8, bytes);
  expect(gainsOf(never.decode(placed)).buffer).toBe(placed.buffer);
  expect(() => never.decode(placedAt(4, bytes))).toThrow(expect.objectContaining({ code: "copy", offset: 0 }));
});

test("a body that is not aligned in the message is copied, or an error", () => {
  // The first body is not padded, which shifts the second.
  const none = new Uint8Array();
  const odd = {
    ...batch({ length: 1, nodes: [[1, 0]], buffers: [none, Int8Array.of(1)] }),
    body: Uint8Array.of(1, 0, 0, 0),
  };
  const message = stream(schema([int8]), odd, odd);
  expect(String(arrow().decode(message).getChild("v"))).toBe("[1,1]");
  expect(() => arrow({ copy: "never" }).decode(message)).toThrow(expect.objectContaining({ code: "copy" }));
});

test("a stream that does not say where it ends is read, and nothing may follow its end", () => {
  const open = bytes.slice(0, -8);
  expect(String(arrow().decode(open))).toBe(String(table));
  const trailing = Uint8Array.from([...bytes, 0]);
  expect(() => arrow().decode(trailing)).toThrow(
    expect.objectContaining({
      code: "trailing",
      offset: bytes.length,
      message: "1 bytes follow the end of the Arrow stream",
    }),
  );
});

test("the metadata of schema, columns and batches arrive", () => {
  const decoded = arrow().decode(readVector("pyarrow-batch-metadata.arrows"));
  expect(decoded.schema.metadata).toEqual(
    new Map([
      ["made", "here"],
      ["é", "世"],
    ]),
  );
  expect(decoded.schema.fields[0]?.metadata).toEqual(
    new Map([
      ["unit", "Jy"],
      ["", ""],
    ]),
  );
  expect(decoded.batches[0]?.metadata).toEqual(new Map([["batch", "first"]]));
});

test("text that is not UTF-8 is read with U+FFFD in its place", () => {
  const none = new Uint8Array();
  const words = batch({ length: 1, nodes: [[1, 0]], buffers: [none, Int32Array.of(0, 2), Uint8Array.of(0x61, 0xff)] });
  expect(
    arrow()
      .decode(stream(schema([{ name: "v", type: "Utf8" }]), words))
      .getChild("v")
      ?.get(0),
  ).toBe("a\ufffd");
});

test.each([
  ["no bytes", new Uint8Array(), "empty", "there are no bytes to read a table from"],
  ["text", new TextEncoder().encode("gain"), "format", "this is no Arrow stream, or one from before Arrow 0.15"],
  ["JSON", new TextEncoder().encode("{}"), "format", "this is JSON, which json() of @dataqueues/codec-json reads"],
  ["only zeros", new Uint8Array(8), "format", "this is no Arrow stream"],
  ["the end of a stream", Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0), "format", "does not start with a schema"],
])("%s: refused as that", (_what, message, code, reason) => {
  expect(() => arrow().decode(message)).toThrow(
    expect.objectContaining({
      name: "FormatError",
      codec: "arrow",
      code,
      offset: 0,
      message: expect.stringContaining(reason),
    }),
  );
});

const otherCopy: typeof import("apache-arrow") = createRequire(import.meta.url)("apache-arrow");

const anotherCopy =
  "; this one is of another copy of apache-arrow, make it with the same one: of the same version, and with import() where require() gives another copy";

test.each<[what: string, value: unknown, hint: string]>([
  ["an array", [1], ""],
  ["null", null, ""],
  ["a record batch", table.batches[0], ""],
  ["a Table of another copy of apache-arrow", otherCopy.tableFromArrays({ gain: [1] }), anotherCopy],
  ["what only looks like a Table", { schema: table.schema, batches: table.batches }, anotherCopy],
])("%s is no Table to encode", (_what, value, hint) => {
  const encode = (given: Table): Uint8Array => arrow().encode(given);
  expect(() => Reflect.apply(encode, undefined, [value])).toThrow(
    new TypeError(`arrow() encodes a Table of apache-arrow${hint}`),
  );
});

test("a column whose name is empty is not encoded: it would arrive without one", () => {
  expect(() => arrow().encode(tableFromArrays({ "": [1] }))).toThrow(TypeError);
});

test("bytes that are none are a TypeError", () => {
  const decode = (given: Uint8Array): Table => arrow().decode(given);
  expect(() => Reflect.apply(decode, undefined, ["ARROW1"])).toThrow(TypeError);
});

test.each<[options: unknown, message: string]>([
  [null, "options"],
  [{ format: "parquet" }, "format"],
  [{ copy: "sometimes" }, "copy"],
  [{ times: "all" }, "times"],
  [{ maxArrays: 0 }, "maxArrays"],
  [{ maxExpandedBytes: 1.5 }, "maxExpandedBytes"],
])("the options %o are an error that names %s", (options, message) => {
  expect(() => Reflect.apply(arrow, undefined, [options])).toThrow(
    expect.objectContaining({ name: "TypeError", message: expect.stringContaining(message) }),
  );
});

test("a Table of no batches is a Table", () => {
  expect(arrow().decode(arrow().encode(new Table())).numCols).toBe(0);
});
