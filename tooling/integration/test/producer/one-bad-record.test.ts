import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer, kafkaError } from "@dataqueues/core";
import type { ProduceResult, ProduceBatch } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { observed } from "../observed.ts";

const bad = 13;

test.for(["RECORD_TOO_LARGE", "INVALID_TIMESTAMP", "INVALID_RECORD"] as const)(
  "of a batch that is refused for one record (%s) only that one fails, and order holds",
  async (code) => {
    const log = memory();
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["a"]);
    const connection = await log.open("write");
    const refuses = ({ records }: ProduceBatch): boolean => records.some(({ value }) => value?.[0] === bad);
    const produce = async (leader: number, batches: readonly ProduceBatch[]): Promise<ProduceResult[]> =>
      Promise.all(
        batches.map(async (batch): Promise<ProduceResult> => {
          const { topic, partition } = batch;
          if (refuses(batch)) return { topic, partition, error: kafkaError(code, "no") };
          const [answer] = await connection.produce(leader, [batch], {
            acks: -1,
            timeoutMs: 1_000,
            compression: "none",
          });
          return answer ?? expect.unreachable();
        }),
      );
    const picky = observed(log, { produce });
    await using producer = new DataQueueProducer(picky, { topic: "a" });
    const sends = Array.from({ length: 40 }, (_, index) => producer.send(Uint8Array.of(index), { timestamp: index }));
    const outcomes = await Promise.allSettled(sends);
    expect(outcomes.map(({ status }) => status)).toEqual(
      sends.map((_, index) => (index === bad ? "rejected" : "fulfilled")),
    );
    const offsets = outcomes.flatMap((one) => (one.status === "fulfilled" ? [one.value.offset] : []));
    expect(offsets).toEqual(offsets.map((_, index) => BigInt(index)));
    expect(outcomes[bad]).toMatchObject({ reason: { code, topic: "a", partition: 0 } });
    if (code === "INVALID_TIMESTAMP") {
      expect(outcomes[bad]).toMatchObject({
        reason: { message: expect.stringContaining("its timestamp is 1970-01-01T00:00:00.013Z") },
      });
    }
    expect(await producer.send(Uint8Array.of(1))).toMatchObject({ offset: BigInt(offsets.length) });
  },
);
