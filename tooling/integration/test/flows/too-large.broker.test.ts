import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

describeKafka("records that are larger than the log takes", ([host = ""]) => {
  test("only they are refused, however many are sent with them, and the others keep their order", async () => {
    const topic = `too-large-${Date.now()}`;
    await using admin = new DataQueueAdmin(host);
    await admin.createTopics([topic], { configs: { "max.message.bytes": "100000" } });
    await using producer = new DataQueueProducer(host, { topic });
    const [small, large] = [1_000, 200_000];
    const sizes = Array.from({ length: 205 }, (_, index) => (index % 41 === 20 ? large : small));
    const outcomes = await Promise.allSettled(sizes.map((size) => producer.send(new Uint8Array(size))));
    const offsets: bigint[] = [];
    const refused: unknown[] = [];
    for (const outcome of outcomes) {
      if (outcome.status === "fulfilled") offsets.push(outcome.value.offset);
      else refused.push(outcome.reason);
    }
    expect(refused).toHaveLength(5);
    for (const error of refused) expect(error).toMatchObject({ code: "RECORD_TOO_LARGE", retriable: false, topic });
    expect(offsets).toEqual(Array.from({ length: 200 }, (_, index) => BigInt(index)));
  });
});
