import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { fromFlow } from "@dataqueues/flows";
import { Amplitude, RcalGainTable } from "@dataqueues/schemas";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";
import type { Message } from "dataqueues";
import { expect, expectTypeOf, test } from "vitest";
import type * as z from "zod";

const flow = fromFlow({
  sink: { kind: "data-queue", host: "kafka://localhost:9092", topics: ["metrics-amplitude-01"], format: "json" },
  data_model: "MetricPayload",
  sources: [{ parameters: { metric_type: "amplitude", additional_windows: 2 } }],
});

// The compiler checks the types; that it compiles without a cast is part of it.
test("what comes of a flow goes to consumer, producer and admin as it is", async () => {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  const outcomes = await admin.createTopics(flow.newTopics);
  expect(outcomes.map(({ topic, partitions }) => [topic, partitions])).toEqual([["metrics-amplitude-01", 3]]);
  await using consumer = new DataQueueConsumer(log, flow.consumer);
  await consumer.assignTopics([...flow.averaged, ...flow.windows.flatMap(({ assignment }) => assignment)]);
  await using producer = new DataQueueProducer(log, flow.producer);
  await expect(producer.send({ data_type: "phase" })).rejects.toMatchObject({ name: "SchemaError" });
});

test("the flow's host is one that the classes take", async () => {
  const admin = new DataQueueAdmin(flow.host);
  const consumer = new DataQueueConsumer(flow.host, flow.consumer);
  const producer = new DataQueueProducer(flow.host, flow.producer);
  await expect(Promise.all([admin.close(), consumer.close(), producer.close()])).resolves.toHaveLength(3);
});

test("values are unknown, unless the program names the schema", () => {
  type MessageOf<C> = C extends AsyncIterable<infer M> ? M : never;
  const unchecked = new DataQueueConsumer(memory(), flow.consumer);
  expectTypeOf<MessageOf<typeof unchecked>>().toEqualTypeOf<Message<unknown>>();
  const checked = new DataQueueConsumer(memory(), { ...flow.consumer, schema: Amplitude });
  expectTypeOf<MessageOf<typeof checked>>().toEqualTypeOf<Message<z.infer<typeof Amplitude.payload> | null>>();
});

test("with xarrayDict() the gain tables of real-time calibration are Datasets with a schema", () => {
  const sink = { kind: "data-queue", host: "host:9092", topics: "rcal-bandpass-qa-pb-xyz", format: "msgpack_numpy" };
  const { codec, schema } = fromFlow({ sink, data_model: "Gains" }, { codecs: { msgpack_numpy: xarrayDict() } });
  expect([codec?.name, schema]).toEqual(["xarray_dict", RcalGainTable]);
});
