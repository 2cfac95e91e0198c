import { readFile } from "node:fs/promises";
import { kafkaError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { causeLines, errorLine } from "../../src/print/error-line.ts";

test("an error of Kafka's says what to do", () => {
  const error = kafkaError("UNKNOWN_TOPIC_OR_PARTITION", "topic gains", { topic: "gains" });
  expect(errorLine(error)).toBe(
    "topic gains: UNKNOWN_TOPIC_OR_PARTITION. `dataqueues topics` lists the topics that exist",
  );
});

test("an error of Node about a file names the file first", async () => {
  const error: unknown = await readFile("no/such.npy").catch((reason: unknown) => reason);
  expect(errorLine(error)).toBe("no/such.npy: no such file or directory. Check the path");
});

test("an error has one line, and its text moves no cursor", () => {
  expect(errorLine(new Error("first\n   second\x1b[2J"))).toBe("first second\\x1b[2J");
});

test("an error without words has its name, one of several errors their words", () => {
  expect(errorLine(new RangeError())).toBe("RangeError");
  expect(errorLine(new AggregateError([new Error("::1 refused"), new Error("127.0.0.1 refused")]))).toBe(
    "::1 refused; 127.0.0.1 refused",
  );
  expect(errorLine(null)).toBe("null");
});

test("causes follow from the nearest on, and one that is its own cause ends", () => {
  const root = new TypeError("no buffer");
  const error = new Error("outer", { cause: new Error("middle", { cause: root }) });
  expect(causeLines(error)).toEqual(["cause: middle", "cause: TypeError: no buffer"]);
  root.cause = error;
  expect(causeLines(error)).toHaveLength(2);
});
