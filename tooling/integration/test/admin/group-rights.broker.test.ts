import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, kafkajs } from "dataqueues";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { grant, grantGroup, login, passwords } from "../security/users.ts";
import type { User } from "../security/users.ts";

describeKafka("an admin that may not do everything with groups", () => {
  let kafka: Kafka;
  let admin: DataQueueAdmin;
  let reader: DataQueueAdmin;

  beforeAll(async () => {
    const sasl = { mechanisms: ["PLAIN", "SCRAM-SHA-512"] as const, users: passwords, superUsers: ["admin"] };
    kafka = await startKafka({ security: { tls: {}, sasl } });
    const host = kafka.bootstrapServers[0] ?? "";
    const ssl = { ca: kafka.tls?.ca ?? "" };
    const as = (user: User): DataQueueAdmin =>
      new DataQueueAdmin(kafkajs(host, { ssl, sasl: login("scram-sha-512", user) }));
    admin = as("admin");
    reader = as("reader");
    await admin.createTopics(["guarded", "hidden"]);
    await grant(host, ssl, "guarded");
    for (const group of ["foreign", "own"]) await admin.resetOffsets(group, "earliest", ["guarded", "hidden"]);
    await grantGroup(host, ssl, "own");
    await vi.waitFor(() => reader.describeGroups("own"), { timeout: 20_000 });
  });
  afterAll(async () => {
    await Promise.all([admin.close(), reader.close()]);
    await kafka.stop();
  });

  test("lists only groups that it may describe", async () => {
    expect((await admin.listGroups()).map(({ group }) => group)).toEqual(["foreign", "own"]);
    expect((await reader.listGroups()).map(({ group }) => group)).toEqual(["own"]);
  });

  test("gets an error that names the group of others, for each call, and changes nothing", async () => {
    const calls = {
      describe: () => reader.describeGroups(["own", "foreign"]),
      delete: () => reader.deleteGroups("foreign"),
      "show offsets of": () => reader.groupOffsets("foreign"),
      "reset offsets of": () => reader.resetOffsets("foreign", "latest", "guarded"),
    };
    for (const [action, call] of Object.entries(calls)) {
      await expect(call()).rejects.toMatchObject({
        name: "TransportError",
        code: "GROUP_AUTHORIZATION_FAILED",
        retriable: false,
        message: expect.stringContaining(`cannot ${action} group foreign: `),
      });
    }
    expect(await admin.groupOffsets("foreign")).toHaveLength(2);
  });

  test("sees and sets offsets of the topics that it may read, and may not delete a group that it only may read", async () => {
    const place = { topic: "guarded", partition: 0, offset: 0n };
    expect(await reader.groupOffsets("own")).toEqual([{ ...place, end: 0n, lag: 0n }]);
    expect(await reader.resetOffsets("own", "latest")).toEqual([place]);
    await expect(reader.groupOffsets("own", "hidden")).rejects.toMatchObject({
      code: "TOPIC_AUTHORIZATION_FAILED",
      topic: "hidden",
      message: expect.stringContaining("cannot show offsets of group own in topic hidden: "),
    });
    await expect(reader.deleteGroups("own")).rejects.toMatchObject({ code: "GROUP_AUTHORIZATION_FAILED" });
  });
});
