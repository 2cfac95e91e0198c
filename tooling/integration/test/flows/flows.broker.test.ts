import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { NdArray } from "@dataqueues/arrays";
import { fromFlow } from "@dataqueues/flows";
import { Amplitude } from "@dataqueues/schemas";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { python, runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { beforeAll, expect, test } from "vitest";
import type * as z from "zod";

import { take } from "../take.ts";

type Payload = z.infer<typeof Amplitude.payload>;

const fixtures = join(import.meta.dirname, "../../../../packages/flows/test/fixtures");
const fixture = async (name: string) => JSON.parse(await readFile(join(fixtures, `${name}.json`), "utf8"));

/** A payload of one baseline; only in its channels do averaged stream and windows differ. */
const payloadOf = (channels: number[]): Payload => ({
  data_type: "amplitude",
  processing_block_id: "pb-test-20200425-00000",
  timestamp: "2023-05-25T13:28:15.442543+00:00",
  spectral_window: {
    freq_min: 715_459_000,
    freq_max: 1_456_123_000,
    count: channels.length,
    channels_id: 0,
    spectral_window_id: 1,
    start: 0,
    stride: 1,
  },
  data: [{ baseline: "m033_m034", polarisation: "XX", data: channels, component: channels }],
});
const channelsOf = (value: Payload | null): unknown => {
  const numbers = value?.data[0]?.data;
  return numbers instanceof NdArray ? [numbers.dtype, numbers.toList()] : numbers;
};

describeKafka("the flow of the receive processors' documentation", ([server = ""]) => {
  // Creates Python's environment, if this is its first use.
  beforeAll(python, 600_000);

  test("leads to topics with its partitions, on which Python and this library understand each other", async () => {
    const entry = await fixture("signal-display-metrics");
    // The topic of this run; all else is as documented.
    const topic = `${entry.sink.topics}-${Date.now()}`;
    entry.sink.topics = topic;
    const state = await fixture("own.state-two-windows");
    const flow = fromFlow(entry, { host: `kafka://${server}`, state });

    await using admin = new DataQueueAdmin(flow.host);
    await admin.createTopics(flow.newTopics);
    const [description] = await admin.describeTopics([topic]);
    expect(description?.partitions).toHaveLength(6);

    // Partition 1 is the first window, 5 one that is not open.
    const sent = [
      [0, payloadOf([0.5, 0.25])],
      [1, payloadOf([1, 2, 3])],
      [5, payloadOf([9])],
    ];
    await runPython("send_payloads.py", [server, topic], { input: JSON.stringify(sent) });

    await using consumer = new DataQueueConsumer(flow.host, { ...flow.consumer, schema: Amplitude });
    const [first] = flow.windows;
    await consumer.assignTopics([...flow.averaged, ...(first?.assignment ?? [])]);
    const byPartition = new Map(
      (await take(consumer, 2)).map(({ partition, value }) => [partition, channelsOf(value)]),
    );
    expect(byPartition.get(0)).toEqual(["<f4", [0.5, 0.25]]);
    expect(byPartition.get(first?.partition ?? -1)).toEqual(["<f4", [1, 2, 3]]);

    await using producer = new DataQueueProducer(flow.host, flow.producer);
    const ours = payloadOf([]);
    const numbers = NdArray.from([4, 8], "<f4");
    const value = {
      ...ours,
      spectral_window: { ...ours.spectral_window, count: 2 },
      data: [{ baseline: "m033_m034", polarisation: "XX", data: numbers, component: numbers }],
    };
    await producer.send(value, { partition: 2 });
    await expect(producer.send({ ...value, data: "none" }, { partition: 2 })).rejects.toMatchObject({
      name: "SchemaError",
    });

    const lines = (await runPython("read_log.py", [server, topic, "msgpack_numpy"])).trim().split("\n");
    const inPython = { dtype: "<f4", shape: [2], items: [4, 8] };
    const read = lines.map((line): unknown[] => JSON.parse(line)).filter(([partition]) => partition === 2);
    expect(read).toEqual([
      [2, 0, null, { ...value, data: [{ ...value.data[0], data: inPython, component: inPython }] }],
    ]);
  });
});
