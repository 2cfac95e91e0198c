import { describe, expect, expectTypeOf, test } from "vitest";

import { kafkaError, TransportError } from "../../src/contract/errors.ts";
import { kafkaErrorName, kafkaErrors } from "../../src/contract/kafka-errors.ts";
import { isRetriable } from "../../src/contract/retriable-errors.ts";
import type { KafkaErrorName, TransportErrorCode } from "../../src/contract/kafka-errors.ts";
// What Kafka's own client says, see JavaErrors.java.
import javaErrors from "./kafka-errors.json" with { type: "json" };

/** Kafka's two codes for records that are too large; both have one name here. */
const tooLarge = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];

/** Java's client gives up on these; here the log, or a broker that comes back, may put them right. */
const alsoRetriable = ["UNKNOWN_SERVER_ERROR", "BROKER_NOT_AVAILABLE"];

const numbers: readonly number[] = kafkaErrors.map(({ number }) => number);
const named = javaErrors.filter(({ number }) => numbers.includes(number));

describe("the table of Kafka's errors", () => {
  test("has the numbers, names and retriability of Kafka's own client", () => {
    expect(kafkaErrors).toEqual(
      named.map(({ number, name, retriable }) => ({
        number,
        name: tooLarge.includes(name) ? "RECORD_TOO_LARGE" : name,
        retriable: retriable || alsoRetriable.includes(name),
      })),
    );
  });

  test("has every error of produce, fetch, offsets, topics, settings, groups and the login", () => {
    expect(numbers).toEqual(
      [
        [-1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28],
        [29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 51, 54, 55, 56, 58, 59],
        [
          60, 68, 69, 70, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 86, 87, 88, 89, 90, 100, 103, 110, 111, 112,
          113, 128,
        ],
      ].flat(),
    );
  });

  test("has one retriability for each name", () => {
    for (const { name, retriable } of kafkaErrors) expect(isRetriable(name)).toBe(retriable);
  });
});

test.each(javaErrors)("the name of number $number is Kafka's $name, or has the number", ({ number, name }) => {
  const own = tooLarge.includes(name) ? "RECORD_TOO_LARGE" : name;
  expect(kafkaErrorName(number)).toBe(numbers.includes(number) ? own : `KAFKA_ERROR_${number}`);
});

test.each([129, -2, 0, 32_767])("the name of number %d, which the table does not have, has the number", (number) => {
  expect(kafkaErrorName(number)).toBe(`KAFKA_ERROR_${number}`);
});

test.each(["", "KAFKA_ERROR_6", "ABORTED", "not_leader_or_follower"])(
  "a code that Kafka does not have is not retriable: %j",
  (code) => {
    expect(isRetriable(code)).toBe(false);
  },
);

describe("an error with a name of Kafka's", () => {
  test("says what failed, its name and why, and keeps its place and cause", () => {
    const cause = new Error("the reason");
    const place = { topic: "t", partition: 3, offset: 5n };
    const error = kafkaError("INVALID_RECORD", "Writing to t [3]", { ...place, cause, why: "record 1: too old" });
    expect(error).toBeInstanceOf(TransportError);
    expect(error).toMatchObject({ ...place, cause, code: "INVALID_RECORD", retriable: false });
    expect(error.message).toBe("Writing to t [3]: INVALID_RECORD: record 1: too old");
    expect(error).not.toHaveProperty("why");
  });

  test.each([[undefined], [null], [""]])("says its name alone where the log does not say why: %j", (why) => {
    expect(kafkaError("NOT_CONTROLLER", "Creating", { why }).message).toBe("Creating: NOT_CONTROLLER");
  });

  test("has no place without details, and is retriable as its name says", () => {
    const error = kafkaError("NOT_CONTROLLER", "Creating");
    expect(error.message).toBe("Creating: NOT_CONTROLLER");
    expect(error).toMatchObject({ code: "NOT_CONTROLLER", retriable: true, topic: undefined, partition: undefined });
    expect(error.cause).toBeUndefined();
  });

  test("keeps the number of a code that has no name here, which is not retriable", () => {
    expect(kafkaError("KAFKA_ERROR_129", "Reading")).toMatchObject({ code: "KAFKA_ERROR_129", retriable: false });
  });
});

test("the compiler knows the codes of a TransportError", () => {
  expectTypeOf<TransportError["code"]>().toEqualTypeOf<TransportErrorCode>();
  expectTypeOf<"NOT_LEADER_OR_FOLLOWER">().toExtend<KafkaErrorName>();
  expectTypeOf<"ABORTED" | "KAFKA_ERROR_129">().toExtend<TransportErrorCode>();
  expectTypeOf<"ABORTED" | "KAFKA_ERROR_129">().not.toExtend<KafkaErrorName>();
  expectTypeOf<"NOT_LEADER" | "KAFKA_ERROR_">().not.toExtend<TransportErrorCode>();
  expectTypeOf<string>().not.toExtend<TransportErrorCode>();
  expectTypeOf<(typeof kafkaErrors)[number]["retriable"]>().toEqualTypeOf<boolean>();
});
