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
])("%j is read as %j", (brokers, expected) => {
  expect(brokerAddresses(brokers).map(addressText)).toEqual(expected);
});

test("an IPv6 address loses its brackets, which sockets do not want", () => {
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

test("a password in an address is not repeated", () => {
  expect(() => brokerAddresses("kafka://me:secret@host:9092")).toThrow(/^((?!secret).)*$/);
});
