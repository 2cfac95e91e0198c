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
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka as Client,
  ResourcePatternTypes,
} from "kafkajs";
import { logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { leaderOf, limits, produceOptions, record } from "../transport-kafkajs/log.ts";
import { cuttingProxy } from "./cutting-proxy.ts";

type Sasl = NonNullable<KafkajsConfig["sasl"]>;

const passwords = {
  admin: "correct-horse-7",
  reader: "battery-staple-8",
  writer: "paper-clip-9",
  stranger: "safety-pin-10",
};
type User = keyof typeof passwords;
const wrongPassword = "wrong-horse-6";
const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

/** kafkajs has a type for each mechanism. */
function login(mechanism: (typeof mechanisms)[number], username: User, password: string = passwords[username]): Sasl {
  if (mechanism === "plain") return { mechanism, username, password };
  return mechanism === "scram-sha-256" ? { mechanism, username, password } : { mechanism, username, password };
}

/** A token that nobody signed, good for so many seconds. */
function tokenOf(user: User, seconds: number): string {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  return `${part({ alg: "none" })}.${part({ sub: user, iat: now - 7_200, exp: now + seconds })}.`;
}

const byToken = (value: string): Sasl => ({
  mechanism: "oauthbearer",
  oauthBearerProvider: () => Promise.resolve({ value }),
});

/** A secret as text, as bytes, and as base64 wherever in a longer one it may stand. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [secret, bytes.toString("hex"), bytes.join(), ...within];
}

/** What a producer, a consumer and an admin each say of a host that cannot be used. */
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

/** All three are told the host and this reason. */
const byAll = (host: string, reason: RegExp): unknown =>
  Array.from({ length: 3 }, () => expect.stringMatching(new RegExp(`${host}.*${reason.source}`)));

describeKafka("a queue with logins and TLS", ([plainHost = ""]) => {
  let kafka: Kafka;
  let host: string;
  let ssl: { readonly ca: string };
  let topic: string;
  const as = (user: User, config: KafkajsConfig = {}): Transport =>
    kafkajs(host, { ssl, sasl: login("scram-sha-512", user), ...config });

  beforeAll(async () => {
    const names = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] as const;
    const sasl = { mechanisms: names, users: passwords, superUsers: ["admin"] };
    // Half a minute after its login a client must have logged in again.
    kafka = await startKafka({ security: { tls: {}, sasl }, properties: { "connections.max.reauth.ms": "30000" } });
    host = kafka.bootstrapServers[0] ?? "";
    ssl = { ca: kafka.tls?.ca ?? "" };
    topic = "guarded";
    await using admin = new DataQueueAdmin(as("admin"));
    await admin.createTopics([topic]);
    await allow(host, ssl, topic);
  });
  afterAll(() => kafka.stop());

  test("TLS by an authority that is not trusted, and none where it is wanted, are refused by all three", async () => {
    expect(await refusals(host, { ssl: true })).toEqual(byAll(host, /UNABLE_TO_VERIFY_LEAF_SIGNATURE/));
    expect(await refusals(host, {})).toEqual(byAll(host, /wants TLS/));
    expect(await refusals(host, { ssl })).toEqual(byAll(host, /TLS or a login/));
    expect(await refusals(plainHost, { ssl: true })).toEqual(byAll(plainHost, /TLS/));
    expect(await refusals(plainHost, { sasl: login("plain", "admin") })).toEqual(
      byAll(plainHost, /PLAIN.*ILLEGAL_SASL_STATE/),
    );
  });

  test.each(mechanisms)(
    "a wrong password by %s is refused by all three, naming host and mechanism",
    async (mechanism) => {
      const sasl = Object.freeze(login(mechanism, "reader", wrongPassword));
      expect(await refusals(host, { ssl, sasl })).toEqual(
        byAll(host, new RegExp(`${mechanism.toUpperCase()}: SASL_AUTHENTICATION_FAILED`)),
      );
    },
  );

  test("a token is taken, and one that has expired is refused by all three", async () => {
    const good = kafkajs(host, { ssl, sasl: byToken(tokenOf("admin", 3_600)) });
    await using producer = new DataQueueProducer(good, { topic });
    expect(await producer.send(Uint8Array.of(1))).toMatchObject({ topic });
    const sasl = byToken(tokenOf("admin", -3_600));
    expect(await refusals(host, { ssl, sasl })).toEqual(byAll(host, /OAUTHBEARER: SASL_AUTHENTICATION_FAILED/));
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
    const said = output + errors;
    const turns = [...said.matchAll(/^outcomes: (.*)$/gm)].map(([, outcomes]) => outcomes);
    // The transport's own opening is made to resolve with its error.
    const [right, wrong] = ["fulfilled,fulfilled,fulfilled,fulfilled", "rejected,rejected,rejected,fulfilled"];
    expect(turns).toEqual([...mechanisms, "a token"].flatMap(() => [right, wrong]));
    // It was talkative, and says who was refused by what.
    expect(said).toContain("SaslAuthenticate");
    expect(said).toContain("SASL_AUTHENTICATION_FAILED");
    const secrets = [passwords.admin, wrongPassword, ...tokens.map((token) => token.split(".")[1] ?? "")];
    expect(secrets.flatMap(formsOf).filter((form) => said.includes(form))).toEqual([]);
  });

  test("what a user may not do is an error of its own, and what he may do works", async () => {
    await using writer = new DataQueueProducer(as("writer"), { topic });
    const { offset } = await writer.send(Uint8Array.of(7));
    await using reader = new DataQueueConsumer(as("reader"), { topics: [topic], from: [[topic, 0, offset]] });
    for await (const { value } of reader) {
      expect(value).toEqual(Uint8Array.of(7));
      break;
    }
    const denied = { code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, topic };
    await using mute = new DataQueueProducer(as("reader"), { topic, idempotent: false });
    await expect(mute.send(Uint8Array.of(1))).rejects.toMatchObject(denied);
    // To be idempotent asks for the right to write first.
    await using idempotent = new DataQueueProducer(as("reader"), { topic });
    await expect(idempotent.send(Uint8Array.of(1))).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      retriable: false,
      topic,
    });
    await using blind = new DataQueueConsumer(as("writer"), { topics: [topic] });
    await expect(blind[Symbol.asyncIterator]().next()).rejects.toMatchObject({ ...denied, partition: 0 });
    await using other = new DataQueueConsumer(as("reader"), { topics: ["secret"] });
    await expect(other.connect()).rejects.toMatchObject({ ...denied, topic: "secret" });
    await using admin = new DataQueueAdmin(as("writer"));
    await expect(admin.createTopics(["mine"])).rejects.toMatchObject({ ...denied, topic: "mine" });
    await expect(admin.deleteTopics([topic])).rejects.toMatchObject(denied);
  });

  test("on a connection, what a user may not do is an error of that item and not of the whole", async () => {
    const [own, reader, writer, admin] = await Promise.all([
      as("admin").open("read"),
      as("stranger").open("read"),
      as("stranger").open("write"),
      as("stranger").open("admin"),
    ]);
    const leader = await leaderOf(own, topic);
    const denied = { code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, topic };
    expect((await reader.metadata([topic]))[0]?.error).toMatchObject(denied);
    const [fetched] = await reader.fetch(leader, [{ topic, partition: 0, offset: 0n }], limits);
    expect(fetched?.error).toMatchObject({ ...denied, partition: 0 });
    const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
    const [produced] = await writer.produce(leader, [batch], produceOptions);
    expect(produced?.error).toMatchObject({ ...denied, partition: 0 });
    await expect(writer.initProducerId()).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      retriable: false,
    });
    const [created] = await admin.createTopics([{ topic: `${topic}-2` }]);
    expect(created?.error).toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED", retriable: false });
    for (const connection of [own, reader, writer, admin]) connection.close();
  });

  test("a node that goes down in the middle of TLS or a login is one that is lost, not one that refuses", async () => {
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
      // A handshake, what versions there are, the login and the metadata.
      expect(bytes).toBeGreaterThan(2_000);
    }
  });

  test("a login that will run out is renewed on the same connection", async () => {
    const events: DataQueueEvent[] = [];
    let logins = 0;
    const transport = as("admin", {
      // kafkajs renews a login so long before it runs out: here after two seconds, and Kafka lets no one do so before one.
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
    expect(events.map(({ type }) => type)).toEqual(["connected", "connected"]);
  });
});

describeKafka("certificates", () => {
  test("an expired one is refused by all three", async () => {
    await using kafka = await startKafka({ security: { tls: { certificate: "expired" } } });
    expect(await refusals(kafka.bootstrapServers[0] ?? "", { ssl: { ca: kafka.tls?.ca ?? "" } })).toEqual(
      byAll(kafka.bootstrapServers[0] ?? "", /CERT_HAS_EXPIRED/),
    );
  });

  test("one for another name is refused by all three, and so is a client that must show one and does not", async () => {
    const security = { tls: { certificate: "wrong-host", clientCertificate: true } } as const;
    await using kafka = await startKafka({ security });
    const [host = ""] = kafka.bootstrapServers;
    const { ca = "", ...own } = kafka.tls ?? {};
    expect(await refusals(host, { ssl: { ca, ...own } })).toEqual(byAll(host, /ERR_TLS_CERT_ALTNAME_INVALID/));
    const servername = "elsewhere.invalid";
    expect(await refusals(host, { ssl: { ca, servername } })).toEqual(byAll(host, /certificate|TLS/));
    const transport = kafkajs(host, { ssl: { ca, ...own, servername } });
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics(["topic"]);
    await using producer = new DataQueueProducer(transport, { topic: "topic" });
    expect(await producer.send(Uint8Array.of(1))).toMatchObject({ offset: 0n });
  });
});

/** Lets the reader read and the writer write; nobody of them may create. */
async function allow(host: string, ssl: KafkajsConfig["ssl"], topic: string): Promise<void> {
  const sasl = login("plain", "admin");
  const admin = new Client({ brokers: [host], ssl: ssl ?? false, sasl, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  const granted = [
    ["reader", AclOperationTypes.READ],
    ["writer", AclOperationTypes.WRITE],
  ] as const;
  await admin.createAcls({
    acl: granted.map(([user, operation]) => ({
      resourceType: AclResourceTypes.TOPIC,
      resourceName: topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
      principal: `User:${user}`,
      host: "*",
      operation,
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
  await admin.disconnect();
}
