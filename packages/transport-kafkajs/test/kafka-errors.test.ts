import { TransportError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { kafkaError, kafkaErrorName } from "../src/kafka-errors.ts";
import { errors } from "./java-vectors.ts";

/** Errors of requests that are not made here: groups, tokens, elections, telemetry, and the brokers among themselves. */
const unnamed = errors.filter(({ code }) => kafkaErrorName(code).startsWith("KAFKA_ERROR_"));

test.each(errors.filter((error) => !unnamed.includes(error)))("$code has Kafka's own name, $name", ({ code, name }) => {
  // Kafka has two names for what is too large.
  const same = name === "MESSAGE_TOO_LARGE" || name === "RECORD_LIST_TOO_LARGE" ? "RECORD_TOO_LARGE" : name;
  expect(kafkaErrorName(code)).toBe(same);
});

test("every error of produce, fetch, offsets, topics, settings and the login has its name", () => {
  const named = errors.filter((error) => !unnamed.includes(error)).map(({ code }) => code);
  expect(named).toEqual(
    [
      [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16, 17, 18, 19, 20, 21],
      [29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 51, 54, 55, 56, 58, 59],
      [60, 70, 71, 72, 73, 74, 75, 76, 77, 78, 80, 87, 89, 90, 100, 103],
    ].flat(),
  );
});

test("an error that Kafka has and this package does not know is named by its number", () => {
  expect(kafkaErrorName(129)).toBe("KAFKA_ERROR_129");
  expect(kafkaErrorName(-2)).toBe("KAFKA_ERROR_-2");
});

/** The log may put right what went wrong in it; a node that is not there may come back. */
const alsoRetriable = ["UNKNOWN_SERVER_ERROR", "BROKER_NOT_AVAILABLE"];

test.each(errors.filter((error) => !unnamed.includes(error)))(
  "$name is retriable as Kafka's own client says: $retriable",
  ({ code, name, retriable }) => {
    const error = kafkaError(kafkaErrorName(code), "Writing");
    expect(error.retriable).toBe(retriable || alsoRetriable.includes(name));
  },
);

test("an error says what failed, its name and why, and keeps its place and cause", () => {
  const cause = new Error("the reason");
  const place = { topic: "t", partition: 3, offset: 5n };
  const error = kafkaError("INVALID_RECORD", "Writing to t [3]", { ...place, cause, why: "record 1: too old" });
  expect(error).toBeInstanceOf(TransportError);
  expect(error).toMatchObject({ ...place, cause, code: "INVALID_RECORD", retriable: false });
  expect(error.message).toBe("Writing to t [3]: INVALID_RECORD: record 1: too old");
});

test.each([[undefined], [null], [""]])("where the log says nothing (%j) the name alone is told", (why) => {
  expect(kafkaError("NOT_CONTROLLER", "Creating", { why }).message).toBe("Creating: NOT_CONTROLLER");
});

test("an error without details has its name and no place", () => {
  const error = kafkaError("NOT_CONTROLLER", "Creating");
  expect(error.message).toBe("Creating: NOT_CONTROLLER");
  expect(error).toMatchObject({ code: "NOT_CONTROLLER", retriable: true, topic: undefined, partition: undefined });
});
