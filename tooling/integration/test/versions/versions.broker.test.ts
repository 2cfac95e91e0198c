import { transportCases } from "@dataqueues/testing";
import { kafkaVersions, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "dataqueues";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { flows } from "../flows/flows.ts";
import { impossible } from "./impossible.ts";
import { testedBrokers } from "./tested-brokers.ts";

// The newest version is tried by everything else.
for (const { name, version, apiVersions } of testedBrokers.filter((broker) => broker.version !== kafkaVersions[0])) {
  const title = apiVersions === undefined ? `Apache Kafka ${name}` : `a Kafka that offers the versions of ${name}`;
  describeKafka(title, () => {
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
  });
}
