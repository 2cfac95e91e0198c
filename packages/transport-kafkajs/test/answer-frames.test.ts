import { expect, test } from "vitest";

import { AnswerFrames } from "../src/answer-frames.ts";
import { fromHex } from "./java-batches.ts";

const answers = fromHex("00000005", "0000000161", "00000004", "00000002", "00000006", "000000036262");

const whole = ["000000050000000161", "0000000400000002", "00000006000000036262"];

/** The answers that come of bytes which arrive in pieces of a size, through the same memory each time. */
function answersOf(bytes: Uint8Array, size: number): string[] {
  const frames = new AnswerFrames(6);
  const memory = new Uint8Array(size);
  const found: string[] = [];
  for (let start = 0; start < bytes.length; start += size) {
    const piece = bytes.subarray(start, start + size);
    memory.set(piece);
    found.push(...[...frames.accept(memory.subarray(0, piece.length))].map((answer) => answer.toString("hex")));
    memory.fill(0xee);
  }
  return found;
}

test("answers come whole and one by one, however they are cut", () => {
  for (let size = 1; size <= answers.length; size++) expect(answersOf(answers, size)).toEqual(whole);
});

test.each([
  ["less than the number of a request", "00000003"],
  ["nothing", "00000000"],
  ["less than nothing", "fffffffc"],
  ["more than the limit", "00000007"],
  ["HTTP", Buffer.from("HTTP").toString("hex")],
  ["an alert of TLS", "15030300020228"],
])("a size of %s is refused, however it is cut", (_what, hex) => {
  const bytes = Buffer.concat([answers, fromHex(hex)]);
  for (let size = 1; size <= bytes.length; size++) expect(() => answersOf(bytes, size)).toThrow(RangeError);
});
