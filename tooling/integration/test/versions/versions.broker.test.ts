import { transportCases } from "@dataqueues/testing";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { ApiVersionTableName, Kafka, KafkaVersion } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "dataqueues";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { flows } from "../flows/flows.ts";
import { impossible } from "./impossible.ts";

const tried: readonly { readonly version?: KafkaVersion; readonly apiVersions?: ApiVersionTableName }[] = [
  // 4.4.0 is the broker of all the other tests.
  { version: "2.8.1" },
  { version: "3.9.1" },
  { apiVersions: "kafka-2.1" },
  { apiVersions: "kafka-2.4" },
  { apiVersions: "kafka-2.8" },
  { apiVersions: "kafka-3.0" },
  { apiVersions: "redpanda" },
  { apiVersions: "redpanda-without-producer-ids" },
];

for (const { version, apiVersions } of tried) {
  const name = version ?? apiVersions ?? "";
  describeKafka(
    apiVersions === undefined ? `Apache Kafka ${name}` : `a Kafka that offers the versions of ${name}`,
    () => {
      let kafka: Kafka;
      const left = new Map(Object.entries(impossible[name] ?? {}));
      const skipped = new Set<string>();
      beforeAll(async () => {
        kafka = await startKafka({ version, apiVersions });
      });
      afterAll(() => kafka.stop());
      beforeEach(({ task, skip }) => {
        const why = left.get(task.name);
        if (why === undefined) return;
        skipped.add(task.name);
        skip(why);
      });

      flows(() => kafkajs(kafka.bootstrapServers));
      for (const { name: promise, run } of transportCases({ transport: () => kafkajs(kafka.bootstrapServers) })) {
        test(promise, () => expect(run()).resolves.toBeUndefined());
      }

      test("a request that it lacks is an error of that call alone, and names both sides", async () => {
        const connection = await kafkajs(kafka.bootstrapServers).open("write");
        const lacking: [request: string, ask: () => Promise<unknown>][] = [];
        if (left.has("every producer id is given once")) {
          lacking.push(["InitProducerId", () => connection.initProducerId()]);
        }
        if (left.has("createPartitions to no more than there are is an error")) {
          lacking.push(["CreatePartitions", () => connection.createPartitions([{ topic: "any", partitions: 2 }])]);
        }
        for (const [request, ask] of lacking) {
          await expect(ask()).rejects.toMatchObject({
            code: "UNSUPPORTED_VERSION",
            retriable: false,
            message: expect.stringMatching(
              new RegExp(`^${request} at \\S+: .*this client speaks versions 0 to \\d, the broker does not offer`),
            ),
          });
          // Not a new one: the connection outlives it.
          expect(await connection.metadata(["nowhere"])).toMatchObject([
            { error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
          ]);
        }
        connection.close();
      });

      test("what is left out is what there is to be left out", () => {
        expect([...skipped].toSorted()).toEqual([...left.keys()].toSorted());
      });
    },
  );
}
