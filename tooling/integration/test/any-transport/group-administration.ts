import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import type { Transport } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";

/** What an admin sees of a group of our own consumers, and does with it. */
export function groupAdministration(transport: () => Transport): void {
  let groups = 0;
  const newGroup = (): string => `group-${process.pid}-${Date.now()}-${(groups += 1)}`;

  test("an admin tells who is in a group and how far it is, and resets it: the next member begins there", async () => {
    await using admin = new DataQueueAdmin(transport());
    const group = newGroup();
    const topic = `topic-of-${group}`;
    await admin.createTopics([[topic, 2]]);
    await using producer = new DataQueueProducer(transport(), { topic });
    for (let value = 0; value < 10; value += 1) await producer.send(Uint8Array.of(value), { partition: 0 });

    await using consumer = new DataQueueConsumer(transport(), { topics: topic, group });
    // The sixth is in hand when the loop is left.
    await take(consumer, 6);
    const [described] = await admin.describeGroups(group);
    expect(described).toMatchObject({ group, state: "Stable", members: [{ clientId: expect.any(String) }] });
    expect(described?.members[0]?.assignment.toSorted()).toEqual([
      [topic, 0],
      [topic, 1],
    ]);
    const listed = (await admin.listGroups()).find((one) => one.group === group);
    expect(listed).toMatchObject({ protocolType: "consumer", state: "Stable" });
    // Brokers before Kafka 3.8 list no types.
    expect([described?.type, undefined]).toContain(listed?.type);
    const refusal = { name: "TransportError", code: "NON_EMPTY_GROUP" };
    await expect(admin.resetOffsets(group, "earliest", topic)).rejects.toMatchObject(refusal);
    await expect(admin.deleteGroups(group)).rejects.toMatchObject(refusal);
    await consumer.close();

    expect(await admin.groupOffsets(group, [[topic, 0]])).toEqual([
      { topic, partition: 0, offset: 5n, end: 10n, lag: 5n },
    ]);
    expect(await admin.describeGroups(group)).toMatchObject([{ state: "Empty", assignor: "", members: [] }]);
    const places = [
      [topic, 0, 2],
      [topic, 1, "latest"],
    ] as const;
    expect(await admin.resetOffsets(group, places)).toEqual([
      { topic, partition: 0, offset: 2n },
      { topic, partition: 1, offset: 0n },
    ]);
    expect(await admin.groupOffsets(group)).toEqual([
      { topic, partition: 0, offset: 2n, end: 10n, lag: 8n },
      { topic, partition: 1, offset: 0n, end: 0n, lag: 0n },
    ]);
    await using next = new DataQueueConsumer(transport(), { topics: topic, group });
    expect(await take(next, 1)).toMatchObject([{ partition: 0, offset: 2n }]);
    await next.close();

    expect(await admin.deleteGroups([group, "nobody"])).toEqual([group]);
    expect(await admin.groupOffsets(group)).toEqual([]);
    await expect(admin.describeGroups(group)).rejects.toMatchObject({ code: "GROUP_ID_NOT_FOUND" });
    expect((await admin.listGroups()).map((one) => one.group)).not.toContain(group);
  });

  test("a group that does not exist yet gets its places, and its first member begins there", async () => {
    await using admin = new DataQueueAdmin(transport());
    const group = newGroup();
    const topic = `topic-of-${group}`;
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(transport(), { topic });
    for (let minute = 0; minute < 5; minute += 1) {
      await producer.send(Uint8Array.of(minute), { timestamp: Date.now() + minute * 60_000 });
    }
    const inThreeMinutes = new Date(Date.now() + 150_000);
    expect(await admin.resetOffsets(group, inThreeMinutes, topic)).toEqual([{ topic, partition: 0, offset: 3n }]);
    expect(await admin.describeGroups(group)).toMatchObject([{ state: "Empty", members: [] }]);
    await using consumer = new DataQueueConsumer(transport(), { topics: topic, group, from: "earliest" });
    expect((await take(consumer, 2)).map(({ offset }) => offset)).toEqual([3n, 4n]);
  });
}
