import { ownedPartitions, startGroupMember } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin } from "dataqueues";
import { expect, test } from "vitest";

import { OwnMember } from "./own-member.ts";
import { once, SharedTopic } from "./shared-topic.ts";

describeKafka("a topic that grows under a group", (bootstrapServers) => {
  /** More partitions, to which further records are sent as well. */
  async function grow(topic: SharedTopic, partitions: number): Promise<void> {
    await using admin = new DataQueueAdmin([...bootstrapServers]);
    await admin.createTopics([[topic.common.topic, partitions]]);
    topic.partitions = partitions;
  }

  const classic = { groupProtocol: "classic", metadataMaxAgeMs: 500 } as const;

  test.for([classic, { ...classic, assignor: "range" }, { groupProtocol: "consumer" }] as const)(
    "is read in all its partitions, each from its beginning: %o",
    async (options) => {
      await using topic = await SharedTopic.create(bootstrapServers, 2);
      await using first = new OwnMember(topic.common, { ...options, from: "latest" });
      await using second = new OwnMember(topic.common, { ...options, from: "latest" });
      await topic.settled([first, second], [1, 1]);
      await grow(topic, 6);
      // Some arrive before the members know of the partitions.
      await topic.send(30);
      await topic.settled([first, second], [3, 3]);
      await topic.send(30);
      expect(await topic.handledBy([first, second])).toEqual(once);
      expect(ownedPartitions(first.lines).length).toBe(3);
    },
  );

  test("is read in all its partitions after its classic group's leader, a static member, was started again", async () => {
    await using topic = await SharedTopic.create(bootstrapServers, 2);
    const named = { ...classic, groupInstanceId: "leader" };
    const leader = new OwnMember(topic.common, named);
    await topic.settled([leader], [2]);
    await using other = new OwnMember(topic.common, classic);
    await topic.settled([leader, other], [1, 1]);
    await leader.stop();
    await using again = new OwnMember(topic.common, named);
    await topic.settled([again, other], [1, 1]);
    await grow(topic, 6);
    await topic.send(30);
    await topic.settled([again, other], [3, 3]);
    expect(await topic.handledBy([leader, again, other])).toEqual(once);
  });

  test("is read in all its partitions where Java's client leads, or follows", async () => {
    for (const first of ["ours", "java"] as const) {
      await using topic = await SharedTopic.create(bootstrapServers, 2);
      const options = { ...classic, assignor: "range" } as const;
      const settings = { "metadata.max.age.ms": 500, "heartbeat.interval.ms": 500 };
      let ours = first === "ours" ? new OwnMember(topic.common, options) : undefined;
      if (ours) await topic.settled([ours], [2]);
      await using java = await startGroupMember("java", { ...topic.common, settings });
      if (first === "java") await topic.settled([java], [2]);
      ours ??= new OwnMember(topic.common, options);
      await topic.settled([ours, java], [1, 1]);
      await grow(topic, 6);
      await topic.send(30);
      await topic.settled([ours, java], [3, 3]);
      expect(await topic.handledBy([ours, java])).toEqual(once);
      await ours.stop();
    }
  });
});
