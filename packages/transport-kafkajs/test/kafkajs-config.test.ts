import { DataQueueError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { kafkajs } from "../src/index.ts";

const numbers = ["connectionTimeout", "requestTimeout", "authenticationTimeout", "maxResponseBytes"];

test.each(
  numbers.flatMap((name) =>
    [Number.NaN, -1, 0, 1.5, Infinity, 2 ** 31, "1000", null, 10n].map((value) => [name, value] as const),
  ),
)("%s that is %s is refused at once, by its name", (name, value) => {
  expect(() => kafkajs("host", { [name]: value })).toThrow(DataQueueError);
  expect(() => kafkajs("host", { [name]: value })).toThrow(
    new RegExp(`^${name} must be a whole number from 1 to 2147483647, not "?${String(value)}`),
  );
});

test.each([
  ["checkCrcs", "no", /^checkCrcs must be true or false, not "no"/],
  ["clientId", 5, /^clientId must be a text, not 5/],
  ["reauthenticationThreshold", -1, /^reauthenticationThreshold must be a whole number from 0 to 2147483647, not -1/],
])("%s that is %j is refused at once, by its name", (name, value, message) => {
  expect(() => kafkajs("host", { [name]: value })).toThrow(message);
});

test("the minimum, the maximum and undefined are taken", () => {
  for (const value of [1, 2 ** 31 - 1, undefined]) {
    expect(kafkajs("host", Object.fromEntries(numbers.map((name) => [name, value]))).name).toBe("kafkajs");
  }
});

test.each<[unknown, string]>([
  [null, "null"],
  [5, "5"],
  ["host", '"host"'],
])("settings that are %j are refused", (config, shown) => {
  // JavaScript callers can pass anything.
  expect(() => kafkajs("host", config as object)).toThrow(DataQueueError);
  expect(() => kafkajs("host", config as object)).toThrow(`config must be an object, not ${shown}`);
});

test.each([
  ["checkCrcs", null, /^checkCrcs must be true or false, not null/],
  ["checkCrcs", 1, /^checkCrcs must be true or false, not 1/],
  ["clientId", null, /^clientId must be a text, not null/],
  ["reauthenticationThreshold", 1.5, /^reauthenticationThreshold must be a whole number/],
])("%s that is %j is refused with the code of an argument", (name, value, message) => {
  expect(() => kafkajs("host", { [name]: value })).toThrow(message);
  expect(() => kafkajs("host", { [name]: value })).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT" }));
});

test("settings that mean something are taken", () => {
  for (const checkCrcs of [true, false, undefined]) {
    for (const clientId of ["", "camera", undefined]) {
      for (const reauthenticationThreshold of [0, 5, undefined]) {
        const config: object = { checkCrcs, clientId, reauthenticationThreshold };
        expect(kafkajs("host", config).name).toBe("kafkajs");
      }
    }
  }
});
