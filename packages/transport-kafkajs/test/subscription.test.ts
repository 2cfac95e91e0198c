import type { TopicPartition } from "@dataqueues/core";
import { expect, test } from "vitest";

import { readAssignment, readSubscription, writeAssignment, writeSubscription } from "../src/assignors/subscription.ts";
// Written by Kafka's own Java classes, see JavaAssignments.java.
import java from "./java-assignments.json" with { type: "json" };
import { fromHex } from "./java-batches.ts";

const topics = ["first", "zwölf"];
const owned: TopicPartition[] = [
  ["first", 0],
  ["first", 2],
  ["zwölf", 1],
];
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

test("a subscription has the bytes of Java's classes; a newcomer has no generation", () => {
  expect(hex(writeSubscription({ topics, owned, epoch: 7 }))).toBe(java.subscription);
  expect(hex(writeSubscription({ topics, owned: [], epoch: 0 }))).toBe(java.newcomer);
});

test.each([
  [0, [], -1],
  [1, owned, -1],
  [2, owned, 7],
  [3, owned, 7],
])("Java's subscription of version %i, with user data, is read", (version, own, generation) => {
  const bytes = fromHex(java.byVersion[version] ?? "");
  expect(readSubscription(bytes)).toEqual({ topics, owned: own, generation });
});

test("a subscription of a later version is read as far as it is known", () => {
  const bytes = fromHex("0009", java.byVersion[3]?.slice(4) ?? "", "ffffffff");
  expect(readSubscription(bytes)).toEqual({ topics, owned, generation: 7 });
});

test("a subscription that is cut or damaged is of no topics", () => {
  const bytes = fromHex(java.subscription);
  const nothing = { topics: [], owned: [], generation: -1 };
  // What comes last, the rack, is not read.
  for (let length = 0; length < bytes.length - 2; length++) {
    expect(readSubscription(bytes.subarray(0, length))).toEqual(nothing);
  }
  expect(readSubscription(fromHex("00037fffffff"))).toEqual(nothing);
});

test("an assignment has the bytes of Java's classes, and those of any version are read", () => {
  expect(hex(writeAssignment(owned))).toBe(java.assignment);
  expect(readAssignment(fromHex(java.assignment))).toEqual(owned);
  expect(readAssignment(fromHex(java.nothing))).toEqual([]);
});

test("no bytes are an empty assignment, and too few a RangeError", () => {
  expect(readAssignment(new Uint8Array())).toEqual([]);
  expect(() => readAssignment(fromHex(java.assignment.slice(0, 40)))).toThrow(RangeError);
});
