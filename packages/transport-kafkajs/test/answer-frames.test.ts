import { expect, test } from "vitest";

import { AnswerFrames } from "../src/answer-frames.ts";
import { fromHex } from "./java-batches.ts";

const answers = fromHex("00000005", "0000000161", "00000004", "00000002", "00000006", "000000036262");

test("answers pass, however they are cut", () => {
  for (let size = 1; size <= answers.length; size++) {
    const frames = new AnswerFrames(6);
    const accept = (): void => {
      for (let start = 0; start < answers.length; start += size) frames.accept(answers.subarray(start, start + size));
    };
    expect(accept).not.toThrow();
  }
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
  for (let size = 1; size <= bytes.length; size++) {
    const frames = new AnswerFrames(6);
    const accept = (): void => {
      for (let start = 0; start < bytes.length; start += size) frames.accept(bytes.subarray(start, start + size));
    };
    expect(accept).toThrow(RangeError);
  }
});
