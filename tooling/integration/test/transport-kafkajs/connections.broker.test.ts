import { spawn } from "node:child_process";
import { text as textOf } from "node:stream/consumers";
import type { Connection } from "@dataqueues/core";
import { TransportError } from "@dataqueues/core";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { append, leaderOf, limits, newTopic, readTo, record, openAll } from "./log.ts";
import { silentProxy } from "./silent-proxy.ts";
import type { SilentProxy } from "./silent-proxy.ts";

async function refusal(pending: Promise<unknown>): Promise<TransportError> {
  const error: unknown = await pending.then(
    () => new Error("it did not reject"),
    (reason: unknown) => reason,
  );
  if (error instanceof TransportError) return error;
  throw error;
}

describeKafka("connections to Apache Kafka", (bootstrapServers) => {
  test("close rejects a long poll at once, and can be called twice", async () => {
    const connection = await openAll(kafkajs(bootstrapServers));
    const topic = await newTopic(connection);
    const leader = await leaderOf(connection, topic);
    const poll = refusal(
      connection.fetch(leader, [{ topic, partition: 0, offset: 0n }], { ...limits, maxWaitMs: 60_000 }),
    );
    // Metadata goes over another socket, after the poll was sent.
    await connection.metadata([topic]);
    const before = performance.now();
    connection.close();
    connection.close();
    expect(await poll).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
    expect(performance.now() - before).toBeLessThan(1_000);
    expect(await refusal(connection.metadata([topic]))).toMatchObject({ code: "NETWORK_EXCEPTION" });
  });

  test("an aborted long poll ends at once, and neither metadata nor the fetch after it waits for it", async () => {
    const connection = await openAll(kafkajs(bootstrapServers));
    const topic = await newTopic(connection);
    const leader = await leaderOf(connection, topic);
    const query = { topic, partition: 0, offset: 0n };
    const controller = new AbortController();
    const { signal } = controller;
    const poll = connection.fetch(leader, [query], { ...limits, maxWaitMs: 60_000 }, { signal });
    await connection.metadata([topic]);
    const reason = new Error("other topics are wanted");
    controller.abort(reason);
    await expect(poll).rejects.toBe(reason);
    await append(connection, topic, [record("a")]);
    const before = performance.now();
    const [metadata, fetched] = await Promise.all([
      connection.metadata([topic]),
      connection.fetch(leader, [query], { ...limits, maxWaitMs: 60_000 }),
    ]);
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(metadata).toMatchObject([{ topic, partitions: [{ partition: 0, leader }] }]);
    expect(fetched).toMatchObject([{ topic, partition: 0, nextOffset: 1n }]);
    connection.close();
  });

  test("a long poll holds up nothing else, and ends when a record comes", async () => {
    const connection = await openAll(kafkajs(bootstrapServers));
    const topic = await newTopic(connection);
    const leader = await leaderOf(connection, topic);
    const poll = connection.fetch(leader, [{ topic, partition: 0, offset: 0n }], { ...limits, maxWaitMs: 30_000 });
    await connection.metadata([topic]);
    await append(connection, topic, [record("a")]);
    expect(await poll).toMatchObject([{ topic, partition: 0, nextOffset: 1n }]);
    connection.close();
  });

  test("pitfall 20: a process that reads and writes prints nothing, idles without short timers, and ends after close", async () => {
    const script = new URL("idle-process.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, ["--conditions=@dataqueues/source", script, ...bootstrapServers]);
    const [out, errors, code] = await Promise.all([
      textOf(child.stdout),
      textOf(child.stderr),
      new Promise((resolve) => child.once("exit", resolve)),
    ]);
    expect(errors).toBe("");
    expect(code).toBe(0);
    const { timers, fired } = JSON.parse(out);
    expect(timers.filter((ms: number) => ms < 50)).toEqual([]);
    expect(fired).toBe(0);
  });
});

describeKafka("a network that fails, before Apache Kafka", () => {
  let kafka: Kafka;
  let proxy: SilentProxy;
  let connection: Connection;
  let topic: string;
  const requestTimeout = 1_000;

  beforeAll(async () => {
    proxy = await silentProxy();
    kafka = await startKafka({
      advertised: (_node, port) => {
        proxy.forward(port);
        return proxy.address;
      },
    });
    connection = await openAll(kafkajs(proxy.address, { requestTimeout }));
    topic = await newTopic(connection);
    await append(connection, topic, [record("first")]);
  });
  afterAll(async () => {
    connection.close();
    proxy.close();
    await kafka.stop();
  });

  test("a request on a half-open connection times out, and the next one uses a new connection", async () => {
    await readTo(connection, topic, 1n);
    const before = proxy.connections;
    proxy.silence();
    const error = await refusal(connection.metadata([topic]));
    expect(error).toMatchObject({ code: "REQUEST_TIMED_OUT", retriable: true });
    expect(error.message).toContain(proxy.address);
    expect((await connection.metadata([topic]))[0]?.error).toBeUndefined();
    // The writer's connection is silent as well.
    expect(await refusal(append(connection, topic, [record("lost")]))).toMatchObject({ code: "REQUEST_TIMED_OUT" });
    await append(connection, topic, [record("second")]);
    expect((await readTo(connection, topic, 2n)).records).toHaveLength(2);
    expect(proxy.connections).toBeGreaterThan(before);
  });

  test("a long poll on a half-open connection takes the other requests with it, and none waits for ever", async () => {
    await readTo(connection, topic, 1n);
    proxy.silence();
    const leader = 1;
    const poll = connection.fetch(leader, [{ topic, partition: 0, offset: 2n }], { ...limits, maxWaitMs: 100 });
    const errors = await Promise.all([refusal(poll), refusal(connection.metadata([topic]))]);
    for (const error of errors) expect(["REQUEST_TIMED_OUT", "NETWORK_EXCEPTION"]).toContain(error.code);
    expect((await connection.metadata([topic]))[0]?.error).toBeUndefined();
  });

  test("a connection that is cut rejects what is pending, and the next request connects again", async () => {
    await readTo(connection, topic, 1n);
    const leader = 1;
    const polls = [0, 1, 2].map(() =>
      refusal(connection.fetch(leader, [{ topic, partition: 0, offset: 2n }], { ...limits, maxWaitMs: 30_000 })),
    );
    await connection.metadata([topic]);
    proxy.cut();
    for (const error of await Promise.all(polls))
      expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
    expect((await connection.metadata([topic]))[0]?.error).toBeUndefined();
  });
});
