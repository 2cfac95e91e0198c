import { transportCases } from "@dataqueues/testing";
import { kafkaVersions, largestValueBytes, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs, TransportError } from "dataqueues";
import type { Transport } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { flows } from "../flows/flows.ts";
import { lackingFor, lackingOf, lacksFieldFor } from "./lacking-requests.ts";
import { testedBrokers } from "./tested-brokers.ts";

/** What is wrong for want of a request: that error itself, or what a case of the kit made of it. */
function unsupported(error: unknown): TransportError | undefined {
  if (error instanceof TransportError && error.code === "UNSUPPORTED_VERSION") return error;
  return error instanceof Error ? unsupported(error.cause) : undefined;
}

// The newest version is tried by everything else.
for (const { name, version, apiVersions } of testedBrokers.filter((broker) => broker.version !== kafkaVersions[0])) {
  const title = apiVersions === undefined ? `Apache Kafka ${name}` : `a Kafka that offers the versions of ${name}`;
  describeKafka(title, () => {
    let kafka: Kafka;
    beforeAll(async () => {
      kafka = await startKafka({ version, apiVersions });
    });
    afterAll(() => kafka.stop());
    const transport = (): Transport => kafkajs(kafka.bootstrapServers);

    flows(transport, !lackingOf(name).includes("CreatePartitions"));

    for (const { name: promise, run } of transportCases({ transport, largestValueBytes })) {
      if (lacksFieldFor(name, promise)) {
        test(`for want of a field it is not kept: ${promise}`, () =>
          expect(run()).rejects.toThrow("undefined is no TransportError"));
        continue;
      }
      const request = lackingFor(name, promise);
      if (request === undefined) {
        test(promise, () => expect(run()).resolves.toBeUndefined());
        continue;
      }
      test(`for want of ${request} alone it is refused: ${promise}`, async () => {
        const error: unknown = await run().catch((reason: unknown) => reason);
        expect(unsupported(error)?.message).toContain(request);
      });
    }

    test("a request that it lacks is an error of that call alone, and names both sides", async () => {
      const [writer, admin] = await Promise.all([transport().open("write"), transport().open("admin")]);
      const lacking = {
        CreatePartitions: { connection: admin, ask: () => admin.createPartitions([{ topic: "any", partitions: 2 }]) },
        InitProducerId: { connection: writer, ask: () => writer.initProducerId() },
      };
      for (const request of lackingOf(name)) {
        const { connection, ask } = lacking[request];
        await expect(ask()).rejects.toMatchObject({
          code: "UNSUPPORTED_VERSION",
          retriable: false,
          message: expect.stringMatching(
            new RegExp(`^${request} at \\S+: .*this client speaks versions 0 to \\d, the broker does not offer`),
          ),
        });
        // The connection outlives it.
        expect(await connection.metadata(["nowhere"])).toMatchObject([
          { error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
        ]);
      }
      writer.close();
      admin.close();
    });
  });
}
