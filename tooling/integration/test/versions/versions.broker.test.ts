import { transportCases } from "@dataqueues/testing";
import { kafkaVersions, largestValueBytes, startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs, TransportError } from "dataqueues";
import type { Transport } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { flows } from "../any-transport/flows.ts";
import { groupAdministration } from "../any-transport/group-administration.ts";
import { JoinedMember, once } from "../transport-kafkajs/joined-member.ts";
import { endsBroker, leniencyOf, missingFor, testedBrokers } from "./tested-brokers.ts";

/** The UNSUPPORTED_VERSION among an error and its causes. */
function unsupported(error: unknown): TransportError | undefined {
  if (error instanceof TransportError && error.code === "UNSUPPORTED_VERSION") return error;
  return error instanceof Error ? unsupported(error.cause) : undefined;
}

// All other tests run on the newest version.
for (const broker of testedBrokers.filter(({ version }) => version !== kafkaVersions[0])) {
  const { version, apiVersions, missing } = broker;
  const title =
    apiVersions === undefined ? `Apache Kafka ${version}` : `Apache Kafka with the API versions of ${apiVersions}`;
  describeKafka(title, () => {
    let kafka: Kafka;
    beforeAll(async () => {
      kafka = await startKafka({ version, apiVersions });
    });
    afterAll(() => kafka.stop());
    const transport = (): Transport => kafkajs(kafka.bootstrapServers);

    flows(transport, !missing.includes("CreatePartitions"));
    if (version !== undefined) groupAdministration(transport);

    const cases = transportCases({ transport, capabilities: { groups: true }, largestValueBytes });
    for (const { name, run } of cases.filter((one) => !endsBroker(broker, one.name))) {
      const leniency = leniencyOf(broker, name);
      if (leniency !== undefined) {
        test(`fails, as ${leniency}: ${name}`, () => expect(run()).rejects.toThrow("undefined is no TransportError"));
        continue;
      }
      const request = missingFor(broker, name);
      if (request === undefined) {
        test(name, () => expect(run()).resolves.toBeUndefined());
        continue;
      }
      test(`fails only because ${request} is missing: ${name}`, async () => {
        const error: unknown = await run().catch((reason: unknown) => reason);
        expect(unsupported(error)?.message).toContain(request);
      });
    }

    test("a missing request is an error of that call only, with the versions of client and broker", async () => {
      const [writer, admin, member] = await Promise.all([
        transport().open("write"),
        transport().open("admin"),
        transport().open("group"),
      ]);
      const group = { group: "any", topics: [] };
      const classic = new JoinedMember(member, { ...group, protocol: "classic" }).state;
      const calls = {
        CreatePartitions: { connection: admin, call: () => admin.createPartitions([{ topic: "any", partitions: 2 }]) },
        InitProducerId: { connection: writer, call: () => writer.initProducerId() },
        IncrementalAlterConfigs: {
          connection: admin,
          call: async () => admin.alterConfigs?.([{ topic: "any", configs: {} }]),
        },
        ConsumerGroupHeartbeat: {
          connection: member,
          call: () => once(() => member.joinGroup(new JoinedMember(member, { ...group, protocol: "consumer" }).state)),
        },
        JoinGroup: { connection: member, call: () => once(() => member.joinGroup(classic)) },
        OffsetCommit: {
          connection: member,
          call: () => once(() => member.commitOffsets(classic, [{ topic: "any", partition: 0, offset: 0n }])),
        },
      };
      for (const request of missing) {
        const { connection, call } = calls[request];
        await expect(call()).rejects.toMatchObject({
          code: "UNSUPPORTED_VERSION",
          retriable: false,
          message: expect.stringMatching(
            new RegExp(`^${request} at \\S+: .*this client speaks versions \\d to \\d, the broker (does not )?offers?`),
          ),
        });
        // The connection still works.
        expect(await connection.metadata(["nowhere"])).toMatchObject([
          { error: { code: "UNKNOWN_TOPIC_OR_PARTITION" } },
        ]);
      }
      writer.close();
      admin.close();
      member.close();
    });
  });
}
