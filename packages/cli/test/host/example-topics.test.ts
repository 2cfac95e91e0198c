import { DataQueueAdmin } from "@dataqueues/admin";
import { Dataset, NdArray } from "@dataqueues/arrays";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { byTopic, DataQueueConsumer } from "@dataqueues/core";
import { check, MetricPayload, PointingNumpyArray, PointingTable } from "@dataqueues/schemas";
import { expect, test } from "vitest";

import { openHost } from "../../src/host/open-host.ts";
import { fakeTerminal } from "../fake-terminal.ts";

test("memory: has a topic for each encoding, with values that the schemas accept, keys, and times of one night", async () => {
  const { transport, name } = await openHost({ host: "memory:" }, fakeTerminal());
  expect(name).toBe("memory:");
  await using admin = new DataQueueAdmin(transport);
  const topics = await admin.listTopics();
  await using consumer = new DataQueueConsumer(transport, {
    topics,
    from: "earliest",
    until: "end",
    encoding: byTopic({
      "observing-log": utf8(),
      "metrics-amplitude": json(),
      "amplitude-waterfall": npy(),
      "metrics-spectrum": msgpackNumpy(),
      "pointing-offsets": msgpackNumpy(),
      "pointing-table": xarray(),
    }),
  });
  const counts: Record<string, number> = {};
  for await (const { topic, key, timestamp, value } of consumer) {
    counts[topic] = (counts[topic] ?? 0) + 1;
    expect(new TextDecoder().decode(key ?? undefined)).toMatch(/^SKA0\d\d$/);
    expect(new Date(timestamp).toISOString()).toMatch(/^2026-03-01T12:00:0[0-5]\.000Z$/);
    if (topic.startsWith("metrics-")) check(MetricPayload, value);
    if (topic === "pointing-offsets") check(PointingNumpyArray, value);
    if (topic === "pointing-table") {
      expect(value).toBeInstanceOf(Dataset);
      check(PointingTable, value);
    }
    if (topic === "amplitude-waterfall") expect(value).toBeInstanceOf(NdArray);
  }
  expect(counts).toEqual({
    "amplitude-waterfall": 6,
    "metrics-amplitude": 6,
    "metrics-spectrum": 6,
    "observing-log": 4,
    "pointing-offsets": 3,
    "pointing-table": 3,
  });
});
