import { expect, test } from "vitest";

import { ResponseFramer, ResponseTooLargeError } from "../src/response-framer.ts";
import { fromHex } from "./java-batches.ts";

const responses = fromHex("00000005", "0000000161", "00000004", "00000002", "00000006", "000000036262");

const whole = ["000000050000000161", "0000000400000002", "00000006000000036262"];

/** The responses in bytes that arrive in chunks of a size, in the same memory each time. */
function answersOf(bytes: Uint8Array, size: number): string[] {
  const frames = new ResponseFramer(6);
  const memory = new Uint8Array(size);
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    const piece = bytes.subarray(start, start + size);
    memory.set(piece);
    found.push(...[...frames.accept(memory.subarray(0, piece.length))].map((response) => response.toString("hex")));
    memory.fill(0xee);
  }
  return found;
}

test("responses come whole and one by one, however the bytes are cut", () => {
  for (let size = 1; size <= responses.length; size++) expect(answersOf(responses, size)).toEqual(whole);
});

test.each([
  ["less than the number of a request", "00000003"],
  ["nothing", "00000000"],
  ["less than nothing", "fffffffc"],
  ["more than the limit", "00000007"],
  ["HTTP", Buffer.from("HTTP").toString("hex")],
  ["an alert of TLS", "15030300020228"],
])("a size of %s is refused, however it is cut", (_what, hex) => {
  const bytes = Buffer.concat([responses, fromHex(hex)]);
  for (let size = 1; size <= bytes.length; size++) expect(() => answersOf(bytes, size)).toThrow(RangeError);
});

test("a size that no response has is an error; the responses before it are given", () => {
  const frames = new ResponseFramer(6);
  const found: string[] = [];
  expect(() => {
    for (const response of frames.accept(fromHex("0000000400000002", "00000003"))) found.push(response.toString("hex"));
  }).toThrow(new RangeError("a response of 3 bytes"));
  expect(found).toEqual(["0000000400000002"]);
});

test("a response as large as the limit is taken; one byte more is refused by its size alone, with the setting's name", () => {
  expect([...new ResponseFramer(6).accept(fromHex("00000006", "000000036262"))]).toHaveLength(1);
  const refused = (): unknown => [...new ResponseFramer(6).accept(fromHex("00000007"))];
  expect(refused).toThrow(ResponseTooLargeError);
  expect(refused).toThrow("a response of 7 bytes is over maxResponseBytes (6)");
  const error = new ResponseTooLargeError(2 ** 31 - 1, 6);
  expect(error).toBeInstanceOf(RangeError);
  expect([error.name, error.message]).toEqual([
    "ResponseTooLargeError",
    "a response of 2147483647 bytes is over maxResponseBytes (6)",
  ]);
});

test("a response has memory of its own, exactly as large as it is", () => {
  const [first, second] = [...new ResponseFramer(6).accept(responses)];
  expect(first?.buffer.byteLength).toBe(9);
  expect(second?.buffer).not.toBe(first?.buffer);
});

test("no bytes give no response", () => {
  expect([...new ResponseFramer(6).accept(new Uint8Array())]).toEqual([]);
});
