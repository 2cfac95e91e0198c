import { startKafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueProducer, Encoding, kafkajs } from "dataqueues";
import { expect, test } from "vitest";

describeKafka("three nodes, leaders killed", () => {
  test("nothing acknowledged is lost, nothing is there twice, order is call order", { timeout: 300_000 }, async () => {
    await using kafka = await startKafka({ nodes: 3 });
    await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
    const topic = "numbered";
    await admin.createTopics([[topic, 3]]);
    await using producer = new DataQueueProducer(kafkajs(kafka.bootstrapServers), { topic, encoding: Encoding.UTF8 });
    await producer.connect();
    const acknowledged: string[] = [];
    const failures: unknown[] = [];
    const stop = new AbortController();
    const sender = async (name: number): Promise<void> => {
      for (let sequence = 0; !stop.signal.aborted; sequence += 1) {
        const value = `${name}:${sequence}`;
        await producer.send(value, { partition: name % 3 }).then(
          () => acknowledged.push(value),
          (error: unknown) => failures.push(error),
        );
      }
    };
    const senders = Array.from({ length: 16 }, (_, name) => sender(name));
    const partitionsLed = async (): Promise<{ leader: number; inSync: number }> => {
      const [described] = await admin.describeTopics([topic]);
      const partitions = described?.partitions ?? [];
      return {
        leader: partitions[0]?.leader ?? -1,
        inSync: Math.min(...partitions.map((one) => one.inSyncReplicas?.length ?? 0)),
      };
    };
    try {
      for (let cycle = 0; cycle < 5; cycle += 1) {
        await expect.poll(async () => (await partitionsLed()).inSync, { timeout: 60_000, interval: 200 }).toBe(3);
        const { leader } = await partitionsLed();
        const node = kafka.nodes.find(({ id }) => id === leader);
        const before = acknowledged.length;
        await node?.kill();
        await expect.poll(() => acknowledged.length, { timeout: 60_000 }).toBeGreaterThan(before + 1_000);
        await node?.start();
      }
    } finally {
      stop.abort();
      await Promise.all(senders);
    }
    expect(failures).toEqual([]);
    await expect.poll(async () => (await partitionsLed()).inSync, { timeout: 60_000, interval: 200 }).toBe(3);

    const [server = ""] = kafka.bootstrapServers;
    const output = await runPython("read_log.py", [server, topic, "utf-8"]);
    const log = output
      .trim()
      .split("\n")
      .map((line): [number, number, null, string] => JSON.parse(line));
    const counts = new Map<string, number>();
    const last = new Map<string, number>();
    let outOfOrder = 0;
    for (const [, , , value] of log) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
      const [name = "", sequence = ""] = value.split(":");
      if (Number(sequence) <= (last.get(name) ?? -1)) outOfOrder += 1;
      last.set(name, Number(sequence));
    }
    const lost = acknowledged.filter((value) => !counts.has(value)).length;
    const twice = [...counts.values()].filter((count) => count > 1).length;
    console.log(
      `${acknowledged.length} acknowledged over 5 kills: ${lost} lost, ${twice} twice, ${outOfOrder} out of order`,
    );
    expect({ lost, twice, outOfOrder }).toEqual({ lost: 0, twice: 0, outOfOrder: 0 });
    expect(acknowledged.length).toBeGreaterThan(5_000);
  });
});
