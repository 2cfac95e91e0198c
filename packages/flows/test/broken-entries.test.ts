import { SchemaError } from "@dataqueues/core";
import { fromFlow } from "@dataqueues/flows";
import { expect, test } from "vitest";

import { flowFixture } from "./flow-fixture.ts";
import type { Entry } from "./flow-fixture.ts";

/** The error of a call, which must be a SchemaError. */
function refused(read: () => unknown): SchemaError {
  try {
    read();
  } catch (error) {
    if (error instanceof SchemaError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

const onSink = (change: Record<string, unknown>) => (entry: Entry) => void Object.assign(entry.sink, change);
const onParameters = (parameters: unknown) => (entry: Entry) =>
  void Object.assign(entry, { sources: [{ parameters }] });
const onEntry = (change: Record<string, unknown>) => (entry: Entry) => void Object.assign(entry, change);

test.for<[string, (entry: Entry) => void, string]>([
  ["no sink", (entry) => Reflect.deleteProperty(entry, "sink"), "sink: this is missing"],
  ["no kind", ({ sink }) => Reflect.deleteProperty(sink, "kind"), "sink.kind: this is missing"],
  ["no host", ({ sink }) => Reflect.deleteProperty(sink, "host"), "sink.host: this is missing"],
  ["an empty host", onSink({ host: "" }), "sink.host: this is empty"],
  [
    "no topics",
    ({ sink }) => Reflect.deleteProperty(sink, "topics"),
    "sink.topics: a topic's name or a list of them is needed",
  ],
  ["an empty list of topics", onSink({ topics: [] }), "sink.topics: at least one topic is needed"],
  ["a topic without a name", onSink({ topics: ["a", ""] }), "sink.topics.1: this is empty"],
  ["one topic without a name", onSink({ topics: "" }), "sink.topics: this is empty"],
  ["a format that is a number", onSink({ format: 1 }), "sink.format: "],
  ["no data model", (entry) => Reflect.deleteProperty(entry, "data_model"), "data_model: this is missing"],
  ["sources that are no list", onEntry({ sources: {} }), "sources: "],
  ["a metric that is a number", onParameters({ metric_type: 3 }), "sources.0.parameters.metric_type: "],
  ["windows that are text", onParameters({ additional_windows: "5" }), "sources.0.parameters.additional_windows: "],
  ["less than no windows", onParameters({ additional_windows: -1 }), "sources.0.parameters.additional_windows: "],
  ["half a window", onParameters({ additional_windows: 0.5 }), "sources.0.parameters.additional_windows: "],
  ["a key that is a text", onEntry({ key: "/flow/pb:data-queue:name" }), "key: "],
  ["a name that is a number", onEntry({ key: { name: 1 } }), "key.name: "],
])("an entry with %s is refused with the place", ([, change, message]) => {
  const error = refused(() => fromFlow(flowFixture("signal-display-metrics", change)));
  expect(error.message).toContain(`the flow entry cannot be read: 1 issue\n * ${message}`);
});

test("all that is wrong with an entry is listed, as text and as data", () => {
  const error = refused(() => fromFlow({ sink: { kind: "data-queue", topics: 7 }, data_model: null }));
  expect(error.code).toBe("SCHEMA_MISMATCH");
  expect(error.issues.map(({ path }) => path)).toEqual([["sink", "host"], ["sink", "topics"], ["data_model"]]);
  expect(error.message.split("\n").slice(1)).toEqual([
    " * sink.host: this is missing",
    " * sink.topics: a topic's name or a list of them is needed",
    " * data_model: Invalid input: expected string, received null",
  ]);
});

test.for([undefined, null, '{"sink": {}}', 5])("%j is no entry, and the error says what is", (flow) => {
  expect(refused(() => fromFlow(flow)).message).toContain(
    "a flow entry is an object: give what JSON.parse makes of its text",
  );
});

test.for<[unknown, string]>([
  ["FLOWING", "state: "],
  [{ windows: {} }, "windows: "],
  [{ windows: [{ start: 1 }, { start: "100 MHz" }] }, "windows.1.start: "],
  [{ windows: [{ end: "100 MHz" }] }, "windows.0.end: "],
  [{ windows: [{ channels_averaged: "4" }] }, "windows.0.channels_averaged: "],
  [{ windows: [null] }, "windows.0: "],
])("the state %j is refused with the place", ([state, place]) => {
  const { message } = refused(() => fromFlow(flowFixture("signal-display-metrics"), { state }));
  expect(message).toContain("the flow's state cannot be read: 1 issue\n * ");
  if (place !== "state: ") expect(message).toContain(` * ${place}`);
});
