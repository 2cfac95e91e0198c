import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";

import { Kafka, logLevel } from "kafkajs";
import type { KafkaConfig } from "kafkajs";
import { expect, test } from "vitest";

import { describeKafka } from "../src/describe-kafka.ts";
import { startKafka } from "../src/start-kafka.ts";

/** Uses kafkajs, so that a foreign client checks the cluster. */
async function withAdmin<T>(config: KafkaConfig, use: (admin: ReturnType<Kafka["admin"]>) => Promise<T>): Promise<T> {
  const admin = new Kafka({ logLevel: logLevel.NOTHING, retry: { retries: 0 }, ...config }).admin();
  try {
    await admin.connect();
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describeKafka("startKafka", () => {
  test("three nodes replicate, and a killed or paused node comes back with its data", async () => {
    await using kafka = await startKafka({ nodes: 3 });
    const brokers = [...kafka.bootstrapServers];
    const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
    await withAdmin({ brokers }, async (admin) => {
      const { brokers: known } = await admin.describeCluster();
      expect(known.map(({ nodeId }) => nodeId).sort()).toEqual([1, 2, 3]);
      await admin.createTopics({ topics: [{ topic: "kept" }] });
      const { topics } = await admin.fetchTopicMetadata({ topics: ["kept"] });
      expect(topics[0]?.partitions[0]?.replicas).toHaveLength(3);
    });
    const producer = client.producer();
    await producer.connect();
    await producer.send({ topic: "kept", acks: -1, messages: [{ value: "1" }, { value: "2" }] });
    await producer.disconnect();

    const [first, second, third] = kafka.nodes;
    if (!first || !second || !third) throw new Error("there are not three nodes");
    const { pid = 0 } = first;
    await first.kill();
    expect([first.pid, isRunning(pid)]).toEqual([undefined, false]);
    await first.start();
    expect(first.pid).not.toBe(pid);

    second.pause();
    await expect(second.ready({ timeoutMs: 1_000 })).rejects.toThrow(/node 2 on port \d+ was not ready within 1000 ms/);
    second.resume();
    await second.ready({ knows: [1, 2, 3] });

    // The partition is now led by the node that was killed first, the only one that runs.
    await Promise.all([third.stop(), second.kill()]);
    await Promise.all([second.start(), third.start()]);
    await first.ready({ knows: [1, 2, 3] });
    await expect
      .poll(() => withAdmin({ brokers: [`127.0.0.1:${first.port}`] }, (admin) => admin.fetchTopicOffsets("kept")), {
        timeout: 20_000,
      })
      .toMatchObject([{ partition: 0, low: "0", high: "2" }]);
  });

  test("3.9.1 with TLS and SASL accepts known users only, and its authorizer checks what they may do", async () => {
    const users = { admin: 'quote " and \\ backslash', guest: "guest" };
    const mechanisms = ["PLAIN", "SCRAM-SHA-512"] as const;
    await using kafka = await startKafka({
      version: "3.9.1",
      security: { tls: {}, sasl: { mechanisms, users, superUsers: ["admin"] } },
    });
    expect(await readFile(kafka.nodes[0]?.logFile ?? "", "utf8")).toContain("metadata.version 3.9");
    const createTopic = (topic: string, config: Partial<KafkaConfig>): Promise<boolean> =>
      withAdmin({ brokers: [...kafka.bootstrapServers], ssl: kafka.tls ?? false, ...config }, (admin) =>
        admin.createTopics({ topics: [{ topic }] }),
      );
    for (const mechanism of ["plain", "scram-sha-512"]) {
      const as = (username: string, password: string): Partial<KafkaConfig> => ({
        // kafkajs types each mechanism by itself.
        sasl:
          mechanism === "plain"
            ? { mechanism: "plain", username, password }
            : { mechanism: "scram-sha-512", username, password },
      });
      expect(await createTopic(mechanism, as("admin", users.admin))).toBe(true);
      await expect(createTopic("other", as("admin", "guess"))).rejects.toThrow(/authentication failed/);
      await expect(createTopic("other", as("guest", users.guest))).rejects.toMatchObject({
        errors: [{ type: "TOPIC_AUTHORIZATION_FAILED" }],
      });
    }
    await expect(createTopic("other", {})).rejects.toThrow();
    await expect(
      createTopic("other", {
        ssl: true,
        sasl: { mechanism: "plain", username: "admin", password: users.admin },
      }),
    ).rejects.toThrow(/certificate/);
  });

  test.for([
    ["expired", /certificate has expired/],
    ["wrong-host", /does not match certificate's altnames/],
    ["other-ca", /unable to verify the first certificate/],
  ] as const)("a client that verifies certificates refuses one that is %s", async ([certificate, reason]) => {
    await using kafka = await startKafka({ security: { tls: { certificate } } });
    const describeCluster = (rejectUnauthorized: boolean): Promise<unknown> =>
      withAdmin({ brokers: [...kafka.bootstrapServers], ssl: { ...kafka.tls, rejectUnauthorized } }, (admin) =>
        admin.describeCluster(),
      );
    await expect(describeCluster(true)).rejects.toThrow(reason);
    await expect(describeCluster(false)).resolves.toMatchObject({ controller: 1 });
  });

  test("a failed start reports the node's own error and leaves nothing behind", async () => {
    const before = await readdir(tmpdir());
    const start = startKafka({ properties: { "log.retention.ms": "soon" } });
    await expect(start).rejects.toThrow(/soon/);
    await expect(startKafka({ signal: AbortSignal.timeout(500) })).rejects.toMatchObject({ name: "TimeoutError" });
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith("dataqueues-kafka-"));
    expect(left.filter((name) => !before.includes(name))).toEqual([]);
  });

  test("when a process is killed, its Kafka ends too", async () => {
    const directory = await mkdtemp(join(tmpdir(), "killed-"));
    const index = new URL("../src/index.ts", import.meta.url).href;
    const program = `
      const { startKafka } = await import(${JSON.stringify(index)});
      const { nodes: [node], version } = await startKafka();
      console.log(JSON.stringify({ pid: node.pid, port: node.port, logFile: node.logFile, version }));
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR: directory },
    });
    try {
      const [line] = await once(createInterface(child.stdout), "line");
      const { pid, port, logFile }: { pid: number; port: number; logFile: string } = JSON.parse(String(line));
      expect(isRunning(pid)).toBe(true);
      child.kill("SIGKILL");
      await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
      await expect.poll(() => existsSync(dirname(logFile)), { timeout: 10_000 }).toBe(false);
      const refused = new Promise((resolve) => connect(port, "127.0.0.1").once("error", resolve));
      expect(await refused).toMatchObject({ code: "ECONNREFUSED" });
    } finally {
      child.kill("SIGKILL");
      await rm(directory, { recursive: true, force: true });
    }
  });
});
