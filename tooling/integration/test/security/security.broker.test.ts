import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueConsumer, DataQueueProducer, TransportError } from "@dataqueues/core";
import type { DataQueueEvent, Transport } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import type { KafkajsConfig } from "@dataqueues/transport-kafkajs";
import { logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leaderOf, limits, produceOptions, record } from "../transport-kafkajs/log.ts";
import { cuttingProxy } from "./cutting-proxy.ts";
import { byToken, grant, login, mechanisms, passwords, tokenOf, wrongPassword } from "./users.ts";
import type { User } from "./users.ts";

/** A secret as text, as bytes, and in base64 at any place of a longer text. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [secret, bytes.toString("hex"), bytes.join(), ...within];
}

/** The errors of a producer, a consumer and an admin of a host that refuses them. */
async function refusals(host: string, config: KafkajsConfig): Promise<string[]> {
  const transport = kafkajs(host, config);
  await using producer = new DataQueueProducer(transport, { topic: "any" });
  await using consumer = new DataQueueConsumer(transport, { topics: ["any"] });
  await using admin = new DataQueueAdmin(transport);
  const outcomes = await Promise.allSettled([
    producer.send(new Uint8Array(1)),
    consumer[Symbol.asyncIterator]().next(),
    admin.createTopics(["any"]),
  ]);
  return outcomes.map((outcome) => {
    if (outcome.status === "fulfilled") throw new Error("it was not refused");
    if (!(outcome.reason instanceof TransportError)) throw outcome.reason;
    return outcome.reason.message;
  });
}

/** The three errors name the host and this reason. */
const fromAll = (host: string, reason: RegExp): unknown =>
  Array.from({ length: 3 }, () => expect.stringMatching(new RegExp(`${host}.*${reason.source}`)));

describeKafka("Kafka with TLS and logins", ([plainHost = ""]) => {
  let kafka: Kafka;
  let host: string;
  let ssl: { readonly ca: string };
  let topic: string;
  const as = (user: User, config: KafkajsConfig = {}): Transport =>
    kafkajs(host, { ssl, sasl: login("scram-sha-512", user), ...config });

  beforeAll(async () => {
    const names = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] as const;
    const sasl = { mechanisms: names, users: passwords, superUsers: ["admin"] };
    // A client must log in again within half a minute.
    kafka = await startKafka({ security: { tls: {}, sasl }, properties: { "connections.max.reauth.ms": "30000" } });
    host = kafka.bootstrapServers[0] ?? "";
    ssl = { ca: kafka.tls?.ca ?? "" };
    topic = "guarded";
    await using admin = new DataQueueAdmin(as("admin"));
    await admin.createTopics([topic]);
    await grant(host, ssl, topic);
  });
  afterAll(() => kafka.stop());

  test("an untrusted certificate, and TLS on one side only, are errors of all three clients", async () => {
    expect(await refusals(host, { ssl: true })).toEqual(fromAll(host, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/));
    expect(await refusals(host, {})).toEqual(fromAll(host, /wants TLS/));
    expect(await refusals(host, { ssl })).toEqual(fromAll(host, /TLS or a login/));
    expect(await refusals(plainHost, { ssl: true })).toEqual(fromAll(plainHost, /TLS/));
    expect(await refusals(plainHost, { sasl: login("plain", "admin") })).toEqual(
      fromAll(plainHost, /PLAIN.*ILLEGAL_SASL_STATE/),
    );
  });

  test.each(mechanisms)(
    "a wrong password for %s is an error of all three clients that names host and mechanism",
    async (mechanism) => {
      const sasl = Object.freeze(login(mechanism, "reader", wrongPassword));
      expect(await refusals(host, { ssl, sasl })).toEqual(
        fromAll(host, new RegExp(`${mechanism.toUpperCase()}: SASL_AUTHENTICATION_FAILED`)),
      );
    },
  );

  test("a valid token is accepted, and an expired one is an error of all three clients", async () => {
    const good = kafkajs(host, { ssl, sasl: byToken(tokenOf("admin", 3_600)) });
    await using producer = new DataQueueProducer(good, { topic });
    expect(await producer.send(Uint8Array.of(1))).toMatchObject({ topic });
    const sasl = byToken(tokenOf("admin", -3_600));
    expect(await refusals(host, { ssl, sasl })).toEqual(fromAll(host, /OAUTHBEARER: SASL_AUTHENTICATION_FAILED/));
  });

  test("no password and no token, right or wrong, is in any log, event, error or object", async () => {
    const tokens = [tokenOf("admin", 3_600), tokenOf("admin", -3_600)];
    const logins = [
      ...mechanisms.flatMap((mechanism) => [login(mechanism, "admin"), login(mechanism, "admin", wrongPassword)]),
      ...tokens.map((token) => ({ token })),
    ];
    const child = spawn(
      process.execPath,
      ["--conditions=@dataqueues/source", new URL("secrets-process.ts", import.meta.url).pathname],
      { env: { ...process.env, KAFKAJS_DEBUG_PROTOCOL_BUFFERS: "1", KAFKAJS_DEBUG_EXTENDED_PROTOCOL_BUFFERS: "1" } },
    );
    child.stdin.end(JSON.stringify({ host, ...ssl, topic, logins }));
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    const printed = output + errors;
    const outcomes = [...printed.matchAll(/^outcomes: (.*)$/gm)].map(([, statuses]) => statuses);
    // The fourth is `transport.open`, whose error secrets-process.ts catches.
    const [right, wrong] = ["fulfilled,fulfilled,fulfilled,fulfilled", "rejected,rejected,rejected,fulfilled"];
    expect(outcomes).toEqual([...mechanisms, "a token"].flatMap(() => [right, wrong]));
    // The log is in the output, and so are the refused logins.
    expect(printed).toContain("SaslAuthenticate");
    expect(printed).toContain("SASL_AUTHENTICATION_FAILED");
    const secrets = [passwords.admin, wrongPassword, ...tokens.map((token) => token.split(".")[1] ?? "")];
    expect(secrets.flatMap(formsOf).filter((form) => printed.includes(form))).toEqual([]);
  });

  test("what a user is not authorized to do is an error with its own code, and the rest works", async () => {
    await using producer = new DataQueueProducer(as("writer"), { topic });
    const { offset } = await producer.send(Uint8Array.of(7));
    await using consumer = new DataQueueConsumer(as("reader"), { topics: [topic], from: [[topic, 0, offset]] });
    for await (const { value } of consumer) {
      expect(value).toEqual(Uint8Array.of(7));
      break;
    }
    const denied = { code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, topic };
    await using deniedProducer = new DataQueueProducer(as("reader"), { topic, idempotent: false });
    await expect(deniedProducer.send(Uint8Array.of(1))).rejects.toMatchObject(denied);
    // An idempotent producer needs authorization for its producer id first.
    await using idempotent = new DataQueueProducer(as("reader"), { topic });
    await expect(idempotent.send(Uint8Array.of(1))).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      retriable: false,
      topic,
    });
    await using deniedConsumer = new DataQueueConsumer(as("writer"), { topics: [topic] });
    await expect(deniedConsumer[Symbol.asyncIterator]().next()).rejects.toMatchObject({ ...denied, partition: 0 });
    await using other = new DataQueueConsumer(as("reader"), { topics: ["secret"] });
    await expect(other.connect()).rejects.toMatchObject({ ...denied, topic: "secret" });
    await using admin = new DataQueueAdmin(as("writer"));
    await expect(admin.createTopics(["mine"])).rejects.toMatchObject({ ...denied, topic: "mine" });
    await expect(admin.deleteTopics([topic])).rejects.toMatchObject(denied);
    await expect(admin.deleteRecords([[topic, 0, "latest"]])).rejects.toMatchObject({ ...denied, partition: 0 });
    await expect(admin.describeConfigs(topic)).rejects.toMatchObject(denied);
    await expect(admin.alterConfigs({ [topic]: { "retention.ms": "1" } })).rejects.toMatchObject(denied);
    await using stranger = new DataQueueAdmin(as("stranger"));
    await expect(stranger.listOffsets(topic)).rejects.toMatchObject(denied);
  });

  test("on a connection, a missing authorization is an error of its topic or partition, not of the request", async () => {
    const [own, read, write, admin] = await Promise.all([
      as("admin").open("read"),
      as("stranger").open("read"),
      as("stranger").open("write"),
      as("stranger").open("admin"),
    ]);
    const leader = await leaderOf(own, topic);
    const denied = { code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, topic };
    expect((await read.metadata([topic]))[0]?.error).toMatchObject(denied);
    const [fetched] = await read.fetch(leader, [{ topic, partition: 0, offset: 0n }], limits);
    expect(fetched?.error).toMatchObject({ ...denied, partition: 0 });
    const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
    const [produced] = await write.produce(leader, [batch], produceOptions);
    expect(produced?.error).toMatchObject({ ...denied, partition: 0 });
    await expect(write.initProducerId()).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      retriable: false,
    });
    const [created] = await admin.createTopics([{ topic: `${topic}-2` }]);
    expect(created?.error).toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED", retriable: false });
    for (const connection of [own, read, write, admin]) connection.close();
  });

  test("a broker that goes down during TLS or a login is a lost connection, not a refusal", async () => {
    const [node] = kafka.nodes;
    for (const mechanism of ["plain", "scram-sha-512"] as const) {
      let bytes = 1;
      for (let opened = false; !opened; bytes += 150) {
        await using proxy = await cuttingProxy(node?.port ?? 0, bytes);
        const outcome: unknown = await kafkajs(proxy.address, { ssl, sasl: login(mechanism, "admin") })
          .open("read")
          .then(
            (connection) => connection.close(),
            (error: unknown) => error,
          );
        opened = outcome === undefined;
        if (!opened) expect(outcome).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
      }
      // The TLS handshake, the API versions, the login and the metadata.
      expect(bytes).toBeGreaterThan(2_000);
    }
  });

  test("a login is renewed on the same connection before it expires", async () => {
    const events: DataQueueEvent[] = [];
    let logins = 0;
    const transport = as("admin", {
      // kafkajs renews a login this long before it expires: here after two seconds. Kafka refuses it before one second.
      reauthenticationThreshold: 28_000,
      logLevel: logLevel.DEBUG,
      logCreator: () => (entry) => {
        if (entry.log.message.startsWith("Request SaslHandshake")) logins += 1;
      },
    });
    const onEvent = (event: DataQueueEvent): void => void events.push(event);
    await using producer = new DataQueueProducer(transport, { topic, onEvent });
    await using consumer = new DataQueueConsumer(transport, { topics: [topic], from: "latest", onEvent });
    await consumer.connect();
    const read = consumer[Symbol.asyncIterator]();
    for (let first = Infinity; logins < first + 2;) {
      const { offset } = await producer.send(Uint8Array.of(1));
      expect((await read.next()).value?.offset).toBe(offset);
      first = Math.min(first, logins);
    }
    expect(events.map(({ type }) => type)).toEqual(["connected", "connected", "caughtUp"]);
  });
});

describeKafka("Kafka with TLS", () => {
  test("an expired certificate is an error of all three clients", async () => {
    await using kafka = await startKafka({ security: { tls: { certificate: "expired" } } });
    expect(await refusals(kafka.bootstrapServers[0] ?? "", { ssl: { ca: kafka.tls?.ca ?? "" } })).toEqual(
      fromAll(kafka.bootstrapServers[0] ?? "", /CERT_HAS_EXPIRED/),
    );
  });

  test("a certificate for another host, and a missing client certificate, are errors of all three clients", async () => {
    const security = { tls: { certificate: "wrong-host", clientCertificate: true } } as const;
    await using kafka = await startKafka({ security });
    const [host = ""] = kafka.bootstrapServers;
    const { ca = "", ...own } = kafka.tls ?? {};
    expect(await refusals(host, { ssl: { ca, ...own } })).toEqual(fromAll(host, /ERR_TLS_CERT_ALTNAME_INVALID/));
    const servername = "elsewhere.invalid";
    expect(await refusals(host, { ssl: { ca, servername } })).toEqual(fromAll(host, /certificate|TLS/));
    const transport = kafkajs(host, { ssl: { ca, ...own, servername } });
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics(["topic"]);
    await using producer = new DataQueueProducer(transport, { topic: "topic" });
    expect(await producer.send(Uint8Array.of(1))).toMatchObject({ offset: 0n });
  });
});
