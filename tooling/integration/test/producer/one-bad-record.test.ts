import { DataQueueProducer, kafkaError } from "@dataqueues/core";
import type { ProduceResult } from "@dataqueues/core";
import { expect, test } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import { observed } from "../observed.ts";

const bad = 13;

test.for(["RECORD_TOO_LARGE", "INVALID_TIMESTAMP", "INVALID_RECORD"] as const)(
  "when a batch is refused because of one record (%s), only that record fails, and the order holds",
  async (code) => {
    const log = await logWithTopics(["a"]);
    const requests = observed(log, {
      produce:
        (produce) =>
        (leader, batches, options): Promise<ProduceResult[]> =>
          Promise.all(
            batches.map(async (batch): Promise<ProduceResult> => {
              const { topic, partition, records } = batch;
              if (records.some(({ value }) => value?.[0] === bad))
                return { topic, partition, error: kafkaError(code, "no") };
              const [result] = await produce(leader, [batch], options);
              return result ?? expect.unreachable();
            }),
          ),
    });
    await using producer = new DataQueueProducer(requests, { topic: "a" });
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
