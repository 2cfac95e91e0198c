import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { startKafka } from "@dataqueues/tooling-kafka";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";

import { login, passwords, wrongPassword } from "../security/users.ts";
import { spawnCommand } from "./spawn-command.ts";

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

describeKafka("the command on Kafka with TLS and logins", () => {
  let kafka: Kafka;
  let host: string;
  let folder: string;
  let ca: string;

  /** Runs the command in a process of its own that has these variables and no others of ours. */
  async function dataqueues(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { PATH } = process.env;
    const { code, out, err } = await spawnCommand(args, { PATH, XDG_CONFIG_HOME: folder, ...env });
    return { code, out: new TextDecoder().decode(out), err };
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dataqueues-cli-hosts-"));
    ca = join(folder, "ca.pem");
    const sasl = { mechanisms: ["SCRAM-SHA-512"], users: passwords, superUsers: ["admin"] } as const;
    kafka = await startKafka({ security: { tls: {}, sasl } });
    host = kafka.bootstrapServers[0] ?? "";
    await writeFile(ca, kafka.tls?.ca ?? "");
    await writeFile(join(folder, "password"), `${passwords.admin}\n`, { mode: 0o600 });
    const transport = kafkajs(host, { ssl: { ca: kafka.tls?.ca ?? "" }, sasl: login("scram-sha-512", "admin") });
    await using admin = new DataQueueAdmin(transport);
    await admin.createTopics(["guarded"]);
  });
  afterAll(async () => {
    await kafka.stop();
    await rm(folder, { recursive: true });
  });

  const scram = ["--sasl", "scram-sha-512", "--user", "admin"];

  test("options, environment and file lead to it, and leave nothing on stderr", async () => {
    const byOptions = [...scram, "--host", host, "--ca", ca, "--password-file", join(folder, "password")];
    const variables = {
      DATAQUEUES_KAFKA: host,
      DATAQUEUES_CA: ca,
      DATAQUEUES_SASL: "scram-sha-512",
      DATAQUEUES_USER: "admin",
      DATAQUEUES_PASSWORD: passwords.admin,
    };
    const config = join(folder, "hosts.json");
    const night = { host, tls: true, ca: "ca.pem", sasl: "scram-sha-512", user: "admin", password: passwords.admin };
    await writeFile(config, JSON.stringify({ hosts: { night } }), { mode: 0o600 });
    const all = await Promise.all([
      dataqueues(["topics", ...byOptions]),
      dataqueues(["topics"], variables),
      dataqueues(["--host", "night", "topics"], { DATAQUEUES_CONFIG: config, DATAQUEUES_KAFKA: "nowhere.invalid" }),
    ]);
    for (const { code, out, err } of all) {
      expect(out).toContain("guarded");
      expect([err, code]).toEqual(["", 0]);
    }
  });

  test("a wrong password, a certificate that is not trusted and a host that wants more are one line each, with what to do", async () => {
    const password = { DATAQUEUES_PASSWORD: wrongPassword };
    const refused = await Promise.all([
      dataqueues(["topics", "--host", host, "--ca", ca, ...scram], password),
      dataqueues(["topics", "--host", host, "--tls", ...scram], password),
      dataqueues(["topics", "--host", host]),
      dataqueues(["topics", "--host", host, "--ca", ca]),
    ]);
    expect(refused.map(({ code, out }) => [code, out])).toEqual(refused.map(() => [1, ""]));
    expect(refused.map(({ err }) => err)).toEqual([
      expect.stringMatching(/^dataqueues: .*SASL_AUTHENTICATION_FAILED.*Check --user, and the password in .*\n$/),
      expect.stringMatching(/^dataqueues: .*UNABLE_TO_VERIFY.*certificate of its authority with --ca FILE\n$/),
      expect.stringMatching(/^dataqueues: .*wants TLS.* Try --tls, and --sasl with --user\n$/),
      expect.stringMatching(/^dataqueues: .* a login .* Log in with --sasl and --user\n$/),
    ]);
    for (const { err } of refused) expect(err.match(/\n/g)).toHaveLength(1);
  });

  test("no password, right or wrong, is printed with --verbose", async () => {
    const args = ["tail", "guarded", "--until", "end", "--host", host, "--ca", ca, ...scram, "--verbose"];
    const [right, wrong] = await Promise.all([
      dataqueues(args, { DATAQUEUES_PASSWORD: passwords.admin }),
      dataqueues(args, { DATAQUEUES_PASSWORD: wrongPassword }),
    ]);
    expect([right.code, wrong.code]).toEqual([0, 1]);
    expect(right.err).toContain("connected");
    expect(wrong.err).toContain("dataqueues: cause: ");
    const printed = [right, wrong].map(({ out, err }) => out + err).join("");
    const forms = [passwords.admin, wrongPassword].flatMap((secret) => [
      secret,
      Buffer.from(secret).toString("base64").slice(0, -4),
      Buffer.from(secret).toString("hex"),
    ]);
    expect(forms.filter((form) => printed.includes(form))).toEqual([]);
  });
});
