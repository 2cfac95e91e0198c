import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";
import { expect, test } from "vitest";

const limit = 2_000;
const count = 20;

describeKafka("a topic that takes only small records", (bootstrapServers) => {
  // A refused batch is halved until the oversized record is alone. The cases: first and last in the batch, first and second
  // of two, in the middle, and several, next to each other and in both halves.
  test.each([[[0]], [[1]], [[7]], [[9]], [[10]], [[19]], [[5, 6]], [[0, 1, 19]], [[2, 12, 13, 14]]])(
    "when records %j of a batch are too large, only those fail, and each error gives the record's size",
    async (tooLarge) => {
      const topic = `small-records-only-${tooLarge.join("-")}`;
      const transport = kafkajs(bootstrapServers);
      await using admin = new DataQueueAdmin(transport);
      await admin.createTopics([topic], { configs: { "max.message.bytes": `${limit}` } });
      await using producer = new DataQueueProducer(transport, { topic });
      await producer.connect();
      const isTooLarge = (index: number): boolean => tooLarge.includes(index);
      const sends = Array.from({ length: count }, (_, index) =>
        producer.send(new Uint8Array(isTooLarge(index) ? 5_000 + index : 1)),
      );
      const outcomes = await Promise.allSettled(sends);
      expect(outcomes.map(({ status }) => status === "fulfilled")).toEqual(sends.map((_, index) => !isTooLarge(index)));
      for (const index of tooLarge) {
        const message: unknown = expect.stringContaining(`${5_000 + index} bytes`);
        expect(outcomes[index]).toMatchObject({
          reason: { code: "RECORD_TOO_LARGE", retriable: false, topic, message },
        });
      }
      // The other records kept their order, and the next send succeeds.
      const offsets = outcomes.flatMap((one) => (one.status === "fulfilled" ? [Number(one.value.offset)] : []));
      expect(offsets).toEqual(offsets.map((_, index) => index));
      expect(await producer.send(new Uint8Array(1))).toMatchObject({ offset: BigInt(count - tooLarge.length) });
    },
  );
});
