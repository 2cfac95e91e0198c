import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";
import { expect, test } from "vitest";

const limit = 2_000;
const tooLarge = 7;

describeKafka("a topic that takes only small records", (bootstrapServers) => {
  test("of a batch of which one record is too large only that one fails, and the error has its size", async () => {
    const topic = "small-records-only";
    const transport = kafkajs(bootstrapServers);
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics([topic], { configs: { "max.message.bytes": `${limit}` } });
    await using producer = new DataQueueProducer(transport, { topic });
    await producer.connect();
    const sends = Array.from({ length: 20 }, (_, index) =>
      producer.send(new Uint8Array(index === tooLarge ? 5_000 : 1)),
    );
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(sends.map((_, index) => index !== tooLarge));
    expect(outcomes[tooLarge]).toMatchObject({
      reason: { code: "RECORD_TOO_LARGE", retriable: false, topic, message: expect.stringContaining("5000 bytes") },
    });
    // Those after it kept their order, and the next send goes on.
    const offsets = outcomes.flatMap((one) => (one.status === "fulfilled" ? [Number(one.value.offset)] : []));
    expect(offsets).toEqual(offsets.map((_, index) => index));
    expect(await producer.send(new Uint8Array(1))).toMatchObject({ offset: BigInt(offsets.length) });
  });
});
