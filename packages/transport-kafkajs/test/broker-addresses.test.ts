import { UnsupportedError } from "@dataqueues/core";
import { expect, test } from "vitest";

import { addressText, brokerAddresses } from "../src/broker-addresses.ts";

test.each([
  ["host:9093", ["host:9093"]],
  ["kafka://host:9093", ["host:9093"]],
  ["kafka://host/", ["host:9092"]],
  ["host", ["host:9092"]],
  ["a:1, b ,kafka://c:3", ["a:1", "b:9092", "c:3"]],
  [
    ["a:1", "b,c:2"],
    ["a:1", "b:9092", "c:2"],
  ],
  ["[::1]:9093", ["[::1]:9093"]],
  ["[fe80::1]", ["[fe80::1]:9092"]],
  ["my-kafka.example.org", ["my-kafka.example.org:9092"]],
  ["KAFKA://host", ["host:9092"]],
  ["a:1,,b:65535,", ["a:1", "b:65535"]],
])("%j is read as %j", (brokers, expected) => {
  expect(brokerAddresses(brokers).map(addressText)).toEqual(expected);
});

test("an IPv6 address loses its brackets, as sockets take none", () => {
  expect(brokerAddresses("[::1]:9093")).toEqual([{ host: "::1", port: 9093 }]);
});

test.each([
  "",
  " , ",
  [],
  "http://host:9092",
  "host:0",
  "host:65536",
  "host:port",
  "a b:9092",
  "host:9092/topic",
  "::1",
])("%j is refused with a message that says what is wanted", (brokers) => {
  expect(() => brokerAddresses(brokers as string)).toThrow(UnsupportedError);
  expect(() => brokerAddresses(brokers as string)).toThrow(/"host:9092"/);
});

test.each([
  ["::1", '"[::1]:9092"'],
  ["kafka://fe80::1", '"[fe80::1]:9092"'],
])("%s, an IPv6 address without brackets, is refused with how to write it", (brokers, brackets) => {
  expect(() => brokerAddresses(brokers)).toThrow(brackets);
});

test.each(["kafka://host:9092/topic", "host:9092/topic", "a:1,b:2/topic"])(
  "the topic in %s is refused with the option to which it belongs",
  (brokers) => {
    expect(() => brokerAddresses(brokers)).toThrow(/kafkajs\(\) takes hosts.*option topic .*option topics/);
  },
);

test.each(["http://host:9092/topic", "ssl+kafka://host/topic", "/host/topic", "host:port/", "me@host"])(
  "%s, whose end is no topic, is refused with what is wanted",
  (brokers) => {
    expect(() => brokerAddresses(brokers)).toThrow(
      /in brokers is not a Kafka host: give "host:9092" or "kafka:\/\/host:9092"$/,
    );
  },
);

test.each([
  [5, "number"],
  [null, "null"],
  [undefined, "undefined"],
  [{}, "object"],
  [["host", 5], "number"],
])("brokers that are not strings are refused with their type: %j", (brokers, kind) => {
  // JavaScript callers can pass anything.
  expect(() => brokerAddresses(brokers as string)).toThrow(UnsupportedError);
  expect(() => brokerAddresses(brokers as string)).toThrow(new RegExp(`^brokers must be hosts as texts, not ${kind}`));
});

test.each(["kafka://me:secret@host:9092", "me:sec\nret@host:9092", "me:s@cret@host:9092"])(
  "a password in an address, %j, is not repeated",
  (brokers) => {
    expect(() => brokerAddresses(brokers)).toThrow(/^"…@host:9092" in brokers is not a Kafka host/);
  },
);
