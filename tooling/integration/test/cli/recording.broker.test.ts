import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import type { ProducerRecord } from "@dataqueues/core";
import { recordTopics, replay } from "@dataqueues/recording";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Records with all that a record may have. */
const odd: readonly ProducerRecord[] = [
  { key: text("m001"), value: null, headers: [], timestamp: 0 },
  { key: null, value: text("no key"), headers: [], timestamp: 1 },
  { key: new Uint8Array(), value: new Uint8Array(), headers: [], timestamp: Date.UTC(1999, 11, 31) },
  {
    key: text("m001"),
    value: text("headers"),
    headers: [
      ["band", text("L")],
      ["☆", null],
      ["band", text("S")],
      ["band", text("L")],
      ["", new Uint8Array()],
    ],
    timestamp: Date.UTC(2026, 0, 1),
  },
  { key: text("large"), value: new Uint8Array(1_500_000).fill(7), headers: [], timestamp: Date.UTC(2025, 0, 1) },
];

/** A line of topic_lines.py and recording_lines.py without the offset. */
function withoutOffsets(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split("\n")
    .map((line) => (JSON.parse(line) as unknown[]).toSpliced(1, 1));
}

describeKafka("a recording of topics of Apache Kafka", (bootstrapServers) => {
  const [server = ""] = bootstrapServers;
  const transport = kafkajs(bootstrapServers);
  const admin = new DataQueueAdmin(transport);
  const producer = new DataQueueProducer(transport);
  let folder: string;

  beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), "recording-"))));
  afterAll(async () => {
    await Promise.all([admin.close(), producer.close()]);
    await rm(folder, { recursive: true });
  });

  /** Records a topic, and checks that Python's mcap reads from the file what Python reads from Kafka. */
  async function record(topic: string): Promise<{ readonly file: string; readonly lines: string }> {
    const file = join(folder, `${topic}.mcap`);
    const { records } = await recordTopics({ transport, topics: topic, file, until: "end", maxChunkBytes: 10_000 });
    const lines = await runPython("recording_lines.py", [file, topic]);
    expect(lines.trimEnd().split("\n")).toHaveLength(records);
    expect(lines).toBe(await runPython("topic_lines.py", [server, topic]));
    return { file, lines };
  }

  test("has what Python reads from Kafka, and a replay gives it back once the topic is deleted", async () => {
    const topic = `odd-${process.pid}-${Date.now()}`;
    // Kafka would delete what is older than a week.
    await admin.createTopics([[topic, 5]], { configs: { "max.message.bytes": "2000000", "retention.ms": "-1" } });
    for (const { value, ...options } of odd) await producer.send(value, { ...options, topic, partition: 1 });
    const sent = Array.from({ length: 300 }, (_, index) =>
      producer.send(Uint8Array.of(index % 256), {
        topic,
        partition: 2 + (index % 2),
        timestamp: 1_000 * (300 - index),
      }),
    );
    await Promise.all(sent);
    // Control records are offsets without records.
    await runPython("transactions.py", [server, topic, topic, "commit:a,b", "abort:c", "commit:d"]);
    const { file, lines } = await record(topic);
    const inTransactions = JSON.parse(lines.split("\n")[2] ?? "");
    expect(inTransactions).toMatchObject([0, 5, expect.any(Number), null, [], "64"]);

    const about = JSON.parse(await runPython("recording_lines.py", [file]));
    expect(JSON.parse(about.metadata[0][1].configs)).toEqual({ "max.message.bytes": "2000000", "retention.ms": "-1" });
    expect(about).toMatchObject({
      header: ["", "dataqueues"],
      channels: ["0", "1", "2", "3", "4"].map((partition) => [topic, partition]),
      metadata: [["dataqueues.topic", { topic, partitions: "5", configs: expect.any(String) }]],
      attachments: [["dataqueues.offsets", "application/octet-stream"]],
      last: ["SummaryOffset", "Footer"],
    });
    const [messages, chunks, indexes] = about.counts;
    expect(messages).toBe(308);
    expect(chunks).toBeGreaterThan(1);
    expect(indexes).toBe(chunks);

    await admin.deleteTopics(topic);
    expect(await replay({ file, transport, speed: "max" })).toMatchObject({ records: 308, part: 1 });
    const replayed = await runPython("topic_lines.py", [server, topic]);
    expect(withoutOffsets(replayed)).toEqual(withoutOffsets(lines));
    const [described] = await admin.describeConfigs(topic);
    const { "retention.ms": retention, "max.message.bytes": size } = described?.configs ?? {};
    expect([retention?.value, size?.value]).toEqual(["-1", "2000000"]);
  });

  test(
    "has the gaps of a compacted topic, and is replayed in the order of time as well",
    { timeout: 120_000 },
    async () => {
      const topic = `compacted-${process.pid}-${Date.now()}`;
      const configs = {
        "cleanup.policy": "compact",
        "min.cleanable.dirty.ratio": "0.001",
        "segment.ms": "100",
        "max.compaction.lag.ms": "100",
      };
      await admin.createTopics([[topic, 2]], { configs });
      const send = (index: number): Promise<unknown> =>
        producer.send(index % 10 === 3 ? null : Uint8Array.of(index), {
          topic,
          key: `${index % 7}`,
          partition: index % 2,
          timestamp: Date.now(),
        });
      for (let index = 0; index < 100; index += 1) await send(index);
      let count = 100;
      // Kafka compacts a segment only when a newer record has ended it.
      const records = async (): Promise<number> => {
        await send((count += 1));
        return (
          await recordTopics({
            transport,
            topics: topic,
            file: join(folder, "probe.mcap"),
            overwrite: true,
            until: "end",
          })
        ).records;
      };
      await expect.poll(records, { timeout: 100_000, interval: 200 }).toBeLessThan(60);
      // What is recorded is compacted no further.
      await admin.alterConfigs({ [topic]: { "cleanup.policy": "delete" } });
      const { file, lines } = await record(topic);
      const target = `${topic}-again`;
      await replay({ file, transport, speed: 1e6, topics: { [topic]: target } });
      const replayed = await runPython("topic_lines.py", [server, target]);
      expect(withoutOffsets(replayed)).toEqual(withoutOffsets(lines));
      const offsets = lines
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line).slice(0, 2));
      const lastOf = (partition: number): number =>
        Math.max(...offsets.filter(([one]) => one === partition).map(([, offset]) => offset));
      expect(lastOf(0) + lastOf(1) + 2).toBeGreaterThan(offsets.length);
    },
  );
});
