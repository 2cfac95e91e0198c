import { expect, test } from "vitest";
import { formatError } from "../../src/datasets/format-error.ts";
import { readMessage } from "../../src/ipc/message.ts";
import { readMetadata } from "../../src/ipc/metadata.ts";
import { slots } from "../../src/ipc/slots.ts";
import { places, pyarrowStream } from "./pyarrow-stream.ts";

const headerAt = (start: number) =>
  readMessage(pyarrowStream(), start, formatError)?.header ?? expect.fail("there is no message");

test("the metadata of a schema are those that pyarrow was given", () => {
  const metadata = readMetadata(headerAt(places.schema), slots.schema.customMetadata);
  expect(Object.fromEntries(metadata)).toEqual({ key: "value", é: "" });
});

test("metadata that are left out are empty", () => {
  expect(readMetadata(headerAt(places.batch), slots.schema.features).size).toBe(0);
});
