import { kafkaError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { outcomeOf } from "../src/outcome.ts";
import { PartlyDone } from "../src/partly-done.ts";
import { OutputClosed } from "../src/terminal/output.ts";
import { UsageError } from "../src/usage-error.ts";

const running = new AbortController().signal;
const interrupted = AbortSignal.abort(new DOMException("interrupted by SIGINT", "AbortError"));

test("an error of the words is 2 and says which help to read", () => {
  expect(outcomeOf(new UsageError("--until is end or a time"), running, "tail ")).toEqual({
    code: 2,
    lines: ["--until is end or a time. Try: dataqueues tail --help"],
  });
});

test("work that was done in part is 3", () => {
  expect(outcomeOf(new PartlyDone("1 of 5 records was not sent"), running, "send ")).toEqual({
    code: 3,
    lines: ["1 of 5 records was not sent"],
  });
});

test("any other error is 1", () => {
  expect(outcomeOf(new Error("the disk is full"), running, "record ")).toEqual({
    code: 1,
    lines: ["the disk is full"],
  });
  expect(outcomeOf("a text that a codec threw", running, "")).toEqual({
    code: 1,
    lines: ["a text that a codec threw"],
  });
});

test("Ctrl-C before the work was done is 130, however the library says so", () => {
  const codes = [
    interrupted.reason,
    kafkaError("ABORTED", "fetching"),
    new Error("recording failed", { cause: interrupted.reason }),
  ].map((error) => outcomeOf(error, interrupted, "replay "));
  expect(codes).toEqual(Array.from({ length: 3 }, () => ({ code: 130, lines: ["interrupted"] })));
});

test("an error after Ctrl-C that has another reason is still a failure", () => {
  expect(outcomeOf(new Error("the disk is full"), interrupted, "record ").code).toBe(1);
});

test("an error that says ABORTED although nobody aborted is a failure", () => {
  expect(outcomeOf(kafkaError("ABORTED", "fetching"), running, "").code).toBe(1);
});

test("a reader who has gone is no failure and nothing to tell", () => {
  const closed = new OutputClosed();
  const quiet = { code: 0, lines: [] };
  expect(outcomeOf(closed, running, "tail ")).toEqual(quiet);
  expect(outcomeOf(kafkaError("ABORTED", "fetching"), AbortSignal.abort(closed), "tail ")).toEqual(quiet);
});
