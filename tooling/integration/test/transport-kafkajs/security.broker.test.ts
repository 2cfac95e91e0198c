import { inspect } from "node:util";
import type { Connection } from "@dataqueues/core";
import { TransportError } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import type { KafkajsConfig } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, leaderOf, limits, newTopic, produceOptions, readTo, record } from "./log.ts";

const [admin, reader] = [
  { username: "admin", password: "correct horse" },
  { username: "reader", password: "battery staple" },
];
const users = { [admin.username]: admin.password, [reader.username]: reader.password };

/** kafkajs has a type for each mechanism. */
function login(mechanism: string, user: typeof admin): NonNullable<KafkajsConfig["sasl"]> {
  if (mechanism === "scram-sha-256") return { mechanism, ...user };
  if (mechanism === "scram-sha-512") return { mechanism, ...user };
  return { mechanism: "plain", ...user };
}

/** The values of a new topic after one was written. */
async function writeAndRead(kafka: Kafka, config: KafkajsConfig): Promise<unknown[]> {
  const connection = await kafkajs(kafka.bootstrapServers, config).open("write");
  try {
    const topic = await newTopic(connection);
    await append(connection, topic, [record("a")]);
    return (await readTo(connection, topic, 1n)).records;
  } finally {
    connection.close();
  }
}

/** Why a connection is refused; the error names the host. */
async function refusal(host: string | undefined, config: KafkajsConfig): Promise<TransportError> {
  const error: unknown = await kafkajs(host ?? "", { connectionTimeout: 3_000, ...config })
    .open("write")
    .then(
      (connection) => {
        connection.close();
        return new Error("it was opened");
      },
      (reason: unknown) => reason,
    );
  if (!(error instanceof TransportError)) throw error;
  expect(error.message).toContain(host);
  return error;
}

describeKafka("Apache Kafka with TLS and logins", () => {
  const mechanisms = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const;
  let kafka: Kafka;
  let ssl: NonNullable<KafkajsConfig["ssl"]>;

  beforeAll(async () => {
    const sasl = { mechanisms, users, superUsers: [admin.username] };
    kafka = await startKafka({ security: { tls: {}, sasl } });
    ssl = { ca: kafka.tls?.ca ?? "" };
  });
  afterAll(() => kafka.stop());

  test.each(["plain", "scram-sha-256", "scram-sha-512"])("a login by %s writes and reads", async (mechanism) => {
    expect(await writeAndRead(kafka, { ssl, sasl: Object.freeze(login(mechanism, admin)) })).toHaveLength(1);
  });

  test.each(["plain", "scram-sha-256", "scram-sha-512"])(
    "a wrong password by %s is refused at once, and stands nowhere in the error",
    async (mechanism) => {
      const password = "wrong horse";
      const sasl = login(mechanism, { ...admin, password });
      const error = await refusal(kafka.bootstrapServers[0], { ssl, sasl });
      expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
      expect(error.message).toContain(mechanism.toUpperCase());
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.toContain(password);
    },
  );

  test("a certificate that nobody trusts, and one for another name, are refused", async () => {
    const [host = ""] = kafka.bootstrapServers;
    const untrusted = await refusal(host, { ssl: true });
    expect(untrusted).toMatchObject({ code: "SSL_AUTHENTICATION_FAILED", retriable: false });
    const misnamed = await refusal(host, { ssl: { ...kafka.tls, servername: "elsewhere.invalid" } });
    expect(misnamed).toMatchObject({ code: "SSL_AUTHENTICATION_FAILED", retriable: false });
    expect(misnamed.message).toContain("ERR_TLS_CERT_ALTNAME_INVALID");
  });

  test("without TLS, or without a login, the error says what may be missing", async () => {
    const [host] = kafka.bootstrapServers;
    for (const config of [{}, { ssl }]) {
      expect((await refusal(host, config)).message).toMatch(/wants TLS/);
    }
  });

  test("what a user may not do is an error of that topic, not of the others or the connection", async () => {
    const open = (sasl: typeof admin): Promise<Connection> =>
      kafkajs(kafka.bootstrapServers, { ssl, sasl: { mechanism: "plain", ...sasl } }).open("write");
    const [own, other] = await Promise.all([open(admin), open(reader)]);
    const topic = await newTopic(own);
    const leader = await leaderOf(own, topic);
    const denied = { code: "TOPIC_AUTHORIZATION_FAILED", retriable: false, topic };
    expect((await other.metadata([topic]))[0]?.error).toMatchObject(denied);
    const [fetched] = await other.fetch(leader, [{ topic, partition: 0, offset: 0n }], limits);
    expect(fetched?.error).toMatchObject({ ...denied, partition: 0 });
    const batch = { topic, partition: 0, records: [record("a")], baseSequence: 0 };
    const [produced] = await other.produce(leader, [batch], produceOptions);
    expect(produced?.error).toMatchObject({ ...denied, partition: 0 });
    await expect(other.initProducerId()).rejects.toMatchObject({
      code: "CLUSTER_AUTHORIZATION_FAILED",
      retriable: false,
    });
    const [created] = await other.createTopics([{ topic: `${topic}-2` }]);
    expect(created?.error).toMatchObject({ code: "TOPIC_AUTHORIZATION_FAILED", retriable: false });
    own.close();
    other.close();
  });
});

describeKafka("Apache Kafka with TLS only", () => {
  test("a client that must show a certificate, and does, writes and reads; else it is refused", async () => {
    const kafka = await startKafka({ security: { tls: { clientCertificate: true } } });
    try {
      expect(await writeAndRead(kafka, { ssl: { ...kafka.tls } })).toHaveLength(1);
      const error = await refusal(kafka.bootstrapServers[0], { ssl: { ca: kafka.tls?.ca ?? "" } });
      expect(error.message).toMatch(/certificate|TLS/);
    } finally {
      await kafka.stop();
    }
  });
});

describeKafka("Apache Kafka without any of it", (bootstrapServers) => {
  test("TLS and logins are refused with errors that say so", async () => {
    const [host] = bootstrapServers;
    expect((await refusal(host, { ssl: true })).message).toContain("TLS");
    const error = await refusal(host, { sasl: { mechanism: "plain", ...admin } });
    expect(error.message).toMatch(/PLAIN.*ILLEGAL_SASL_STATE/);
    expect(error.retriable).toBe(false);
  });
});
