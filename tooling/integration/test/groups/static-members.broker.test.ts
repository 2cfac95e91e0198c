import { ownedPartitions, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { TransportError } from "dataqueues";
import type { DataQueueEvent } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { once, SharedTopic } from "./shared-topic.ts";

/** Whether an event tells that the name is another process's still. */
function isUnreleased(event: DataQueueEvent): boolean {
  return (
    event.type === "retry" && event.reason instanceof TransportError && event.reason.code === "UNRELEASED_INSTANCE_ID"
  );
}

describeKafka("members with a name of their own", () => {
  let kafka: Kafka;
  beforeAll(async () => {
    kafka = await startKafka({
      properties: { "group.consumer.session.timeout.ms": "4000", "group.consumer.heartbeat.interval.ms": "500" },
    });
  });
  afterAll(() => kafka.stop());

  const settings = {
    consumer: { groupProtocol: "consumer" },
    classic: { groupProtocol: "classic", sessionTimeoutMs: 4_000 },
  } as const;
  const protocols = ["consumer", "classic"] as const;

  test.for(protocols)(
    "a process that was killed and starts again at once gets its partitions (%s)",
    async (protocol) => {
      await using topic = await SharedTopic.create(kafka.bootstrapServers);
      const options = { ...settings[protocol], autoCommitIntervalMs: 100 };
      await using other = new OwnMember(topic.common, options);
      const named = { ...options, groupInstanceId: "archiver-1" };
      await using first = new OwnMember(topic.common, named);
      await topic.settled([other, first], [3, 3]);
      await topic.send(60);
      expect(await topic.handledBy([other, first])).toEqual(once);
      // What was handled is committed, so that it does not come again.
      await first.consumer.commit();
      const before = ownedPartitions(first.lines);
      await first.kill();
      await using second = new OwnMember(topic.common, named);
      await topic.settled([second], [3]);
      // A consumer group has given them to others meanwhile, and shares anew.
      if (protocol === "classic") expect(ownedPartitions(second.lines)).toEqual(before);
      else expect(second.events.some(isUnreleased)).toBe(true);
      await topic.send(60);
      expect(await topic.handledBy([other, first, second])).toEqual(once);
      // The other member was not disturbed.
      expect(other.events.filter(({ type }) => type === "lost" || type === "fenced")).toEqual([]);
    },
  );

  test.for(protocols)(
    "a process that is closed and starts again has its partitions; no other member notices (%s)",
    async (protocol) => {
      await using topic = await SharedTopic.create(kafka.bootstrapServers);
      topic.startSending();
      await using other = new OwnMember(topic.common, settings[protocol]);
      const named = { ...settings[protocol], groupInstanceId: "archiver-1" };
      const members = [other];
      let before: string[] | undefined;
      let changes = 0;
      for (let round = 0; round < 3; round += 1) {
        const member = new OwnMember(topic.common, named);
        members.push(member);
        await topic.settled([other, member], [3, 3]);
        const owned = ownedPartitions(member.lines);
        const noticed = other.lines.filter(({ event }) => event === "assigned" || event === "revoked").length;
        if (before !== undefined) expect([owned, noticed]).toEqual([before, changes]);
        before = owned;
        changes = noticed;
        await member.stop();
      }
      await using last = new OwnMember(topic.common, named);
      await topic.settled([other, last], [3, 3]);
      expect(await topic.handledBy([...members, last])).toEqual(once);
    },
  );

  test("a second process of a name in a classic group ends the first one, which says so", async () => {
    await using topic = await SharedTopic.create(kafka.bootstrapServers);
    const named = { groupProtocol: "classic", groupInstanceId: "archiver-1" } as const;
    await using first = new OwnMember(topic.common, named);
    await topic.settled([first], [6]);
    await using second = new OwnMember(topic.common, named);
    await topic.settled([second], [6]);
    await expect.poll(() => first.events.some(({ type }) => type === "fenced"), { timeout: 20_000 }).toBe(true);
    await expect(first.consumer.connect()).rejects.toMatchObject({ name: "ClosedError" });
    expect(() => first.check()).toThrow("our member failed");
    await topic.send(12);
    expect(await topic.handledBy([second])).toEqual(once);
  });

  test("a second process of a name in a consumer group waits; the first one goes on, and is followed", async () => {
    await using topic = await SharedTopic.create(kafka.bootstrapServers);
    const named = { groupProtocol: "consumer", groupInstanceId: "archiver-1" } as const;
    await using first = new OwnMember(topic.common, named);
    await topic.settled([first], [6]);
    await using second = new OwnMember(topic.common, named);
    await expect.poll(() => second.events.some(isUnreleased), { timeout: 20_000 }).toBe(true);
    await topic.send(12);
    expect(await topic.handledBy([first])).toEqual(once);
    await first.stop();
    await topic.settled([second], [6]);
    await topic.send(12);
    expect(await topic.handledBy([first, second])).toEqual(once);
  });
});
