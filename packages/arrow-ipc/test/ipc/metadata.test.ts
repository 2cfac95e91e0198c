import { expect, test } from "vitest";
import { formatError } from "../../src/datasets/format-error.ts";
import type { FlatTable } from "../../src/ipc/flat-table.ts";
import { readMessage } from "../../src/ipc/message.ts";
import { readMetadata } from "../../src/ipc/metadata.ts";
import { slots } from "../../src/ipc/slots.ts";
import { places, pyarrowStream } from "./pyarrow-stream.ts";

const headerAt = (start: number, bytes = pyarrowStream()): FlatTable =>
  readMessage(bytes, start, formatError)?.header ?? expect.fail("there is no message");

test("the metadata of a schema are those that pyarrow was given", () => {
  const metadata = readMetadata(headerAt(places.schema), slots.schema.customMetadata);
  expect(Object.fromEntries(metadata)).toEqual({ key: "value", é: "" });
});

test("metadata that are left out are empty", () => {
  expect(readMetadata(headerAt(places.batch), slots.schema.features).size).toBe(0);
});

test.each([
  ["key", slots.keyValue.key, { "": "" }],
  ["value", slots.keyValue.value, { key: "", é: "" }],
])("a %s that is left out is an empty text", (_what, slot, expected) => {
  const bytes = pyarrowStream();
  // The vtable that both pairs share: its size, the size of a pair, where key and value are in it.
  const vtable = String.fromCharCode(8, 0, 12, 0, 4, 0, 8, 0);
  const at = Array.from(bytes, (byte) => String.fromCharCode(byte))
    .join("")
    .indexOf(vtable);
  bytes[at + 4 + 2 * slot] = 0;
  const metadata = readMetadata(headerAt(places.schema, bytes), slots.schema.customMetadata);
  expect(Object.fromEntries(metadata)).toEqual(expected);
});
