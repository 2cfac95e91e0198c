import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { ConsumerOptions, DataQueueEvent } from "@dataqueues/core";
import { runJava } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, expect, test } from "vitest";

/** What compacts a topic as soon as possible. */
const compacted = {
  "cleanup.policy": "compact",
  "min.cleanable.dirty.ratio": "0.001",
  "segment.ms": "100",
  "max.compaction.lag.ms": "100",
  "min.compaction.lag.ms": "0",
  "delete.retention.ms": "0",
};

describeKafka("a consumer that reads to an end of Apache Kafka", (bootstrapServers) => {
  const [server = ""] = bootstrapServers;
  const transport = kafkajs(bootstrapServers);
  const admin = new DataQueueAdmin(transport);
  const producer = new DataQueueProducer(transport, { encoding: utf8() });
  let topics = 0;

  afterAll(() => Promise.all([admin.close(), producer.close()]));

  async function newTopic(partitions = 1, configs: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = `until-${process.pid}-${Date.now()}-${(topics += 1)}`;
    await admin.createTopics([[topic, partitions]], { configs });
    return topic;
  }

  /** What a consumer reads until it ends by itself: a line for each record, by partition, as CommittedLog.java prints it. */
  async function read(topic: string, options: ConsumerOptions<string> = {}): Promise<string> {
    const lines = new Map<number, string>();
    const events: DataQueueEvent[] = [];
    const onEvent = (event: DataQueueEvent): void => void events.push(event);
    const { until = "end" } = options;
    await using consumer = new DataQueueConsumer(transport, {
      topics: topic,
      encoding: utf8(),
      onEvent,
      ...options,
      until,
    });
    for await (const { partition, offset, value } of consumer) {
      lines.set(partition, `${lines.get(partition) ?? ""}${partition} ${offset} ${value ?? "-"}\n`);
    }
    expect(events.filter(({ type }) => type === "caughtUp")).toHaveLength(1);
    return [...lines]
      .sort(([a], [b]) => a - b)
      .flatMap(([, text]) => text)
      .join("");
  }

  const committedLog = (topic: string): Promise<string> => runJava("CommittedLog.java", [server, topic]);

  test.each([
    ["Java", (args: string[]) => runJava("Transactions.java", args)],
    ["Python", (args: string[]) => runPython("transactions.py", args)],
  ])(
    "reads what %s committed, also when aborted records and markers are last, and before an open transaction",
    async (_, write) => {
      const topic = await newTopic();
      await write([server, topic, `${topic}-1`, "commit:a,b", "abort:lost", "commit:c", "abort:lost,lost"]);
      const toMarker = await read(topic);
      expect(toMarker.match(/\w$/gm)).toEqual(["a", "b", "c"]);
      expect(toMarker).toBe(await committedLog(topic));
      // The last two are two markers and the records before them; the newest record is found behind them.
      expect((await read(topic, { from: { last: 1 } })).match(/\w$/gm)).toEqual(["c"]);
      expect((await read(topic, { from: { last: 2 } })).match(/\w$/gm)).toEqual(["b", "c"]);
      expect(await read(topic, { from: { last: 9 } })).toBe(toMarker);
      await write([server, topic, `${topic}-2`, "commit:d", "open:not,yet"]);
      await producer.send("after it", { topic });
      const toOpen = await read(topic);
      expect(toOpen.match(/\w$/gm)).toEqual(["a", "b", "c", "d"]);
      expect(toOpen).toBe(await committedLog(topic));
    },
  );

  test("a topic in which only aborted records are, and one without records, end without a message", async () => {
    const topic = await newTopic(2);
    expect(await read(topic)).toBe("");
    await runJava("Transactions.java", [server, topic, topic, "abort:lost,lost"]);
    expect(await read(topic)).toBe("");
    expect(await read(topic, { from: { last: 1 } })).toBe("");
  });

  test("a compacted topic is read to its end, and its newest records are found, whatever was removed", async () => {
    const topic = await newTopic(1, compacted);
    const keys = Array.from({ length: 200 }, (_, index) => `key-${index % 7}`);
    for (const key of keys) await producer.send(key, { topic, key });
    // A tombstone is removed too, once it has been compacted.
    await producer.send(null, { topic, key: "key-3", encoding: null });
    let log = "";
    await expect
      .poll(
        async () => {
          // A new record closes the segment before it, which can then be compacted.
          await producer.send("closing", { topic, key: "closing" });
          log = await committedLog(topic);
          return log.split("\n").length;
        },
        { timeout: 120_000, interval: 500 },
      )
      .toBeLessThan(30);
    log = await committedLog(topic);
    expect(await read(topic)).toBe(log);
    const lines = log.trimEnd().split("\n");
    for (const last of [1, 5, lines.length - 1, lines.length, 1_000]) {
      const expected = lines.slice(-last).map((line) => `${line}\n`);
      expect(await read(topic, { from: { last } })).toBe(expected.join(""));
    }
  });

  test("records that were deleted, up to the end or in part, are not waited for", async () => {
    const topic = await newTopic(2);
    for (let index = 0; index < 20; index += 1) await producer.send(`${index}`, { topic, partition: index % 2 });
    /** Deletes what is before an offset of partition 0, with Kafka's own tool; -1 stands for the end. */
    const deleteBefore = async (offset: number): Promise<void> => {
      const file = join(await mkdtemp(join(tmpdir(), "delete-records-")), "offsets.json");
      await writeFile(file, JSON.stringify({ version: 1, partitions: [{ topic, partition: 0, offset }] }));
      const args = ["--bootstrap-server", server, "--offset-json-file", file];
      await runJava("org.apache.kafka.tools.DeleteRecordsCommand", args);
    };
    await deleteBefore(4);
    const left = await committedLog(topic);
    expect(left).toMatch(/^0 4 8\n/);
    expect(await read(topic)).toBe(left);
    expect(await read(topic, { from: [[topic, 0, 0]] })).toBe(left);
    await deleteBefore(-1);
    expect(await read(topic)).toBe(await committedLog(topic));
    expect(await read(topic, { from: { last: 3 } })).toBe("1 7 15\n1 8 17\n1 9 19\n");
    expect(await read(topic, { from: [[topic, 0, 0]], until: [[topic, 0, 10]] })).toBe(await committedLog(topic));
  });

  test("bounds are exact offsets, also ahead, and times", async () => {
    const topic = await newTopic(2);
    const times = [1_000, 2_000, 3_000];
    for (const timestamp of times) await producer.send(`${timestamp}`, { topic, partition: 0, timestamp });
    await producer.send("late", { topic, partition: 1, timestamp: 9_000 });
    expect(await read(topic, { until: new Date(2_000) })).toBe("0 0 1000\n");
    expect(await read(topic, { until: new Date(9_001) })).toBe("0 0 1000\n0 1 2000\n0 2 3000\n1 0 late\n");
    expect(
      await read(topic, {
        until: [
          [topic, 0, 1],
          [topic, 1, 0n],
        ],
      }),
    ).toBe("0 0 1000\n");
    const bounds = [
      [topic, 0, 4],
      [topic, 1, 0],
    ] as const;
    const ahead = read(topic, { until: bounds, from: [[topic, 0, 3]] });
    await producer.send("4000", { topic, partition: 0, timestamp: 4_000 });
    expect(await ahead).toBe("0 3 4000\n");
  });

  test("1,000 partitions, of which few have records, are read to their ends", async () => {
    const topic = await newTopic(1_000);
    const partitions = [0, 1, 17, 500, 998, 999];
    await Promise.all(partitions.map((partition) => producer.send(`${partition}`, { topic, partition })));
    const expected = partitions.map((partition) => `${partition} 0 ${partition}\n`).join("");
    expect(await read(topic)).toBe(expected);
    expect(await read(topic, { from: { last: 1 } })).toBe(expected);
  });
});
