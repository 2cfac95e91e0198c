import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { kafkaConfig } from "../../src/host/kafka-config.ts";
import { UsageError } from "../../src/usage-error.ts";

let folder: string;
const warnings: string[] = [];
const warn = (warning: string): void => void warnings.push(warning);
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataqueues-kafka-config-"));
  for (const name of ["ca", "cert", "key"]) await writeFile(path(name), `the ${name}`);
});
afterAll(() => rm(folder, { recursive: true }));

test("without settings there is neither TLS nor a login", async () => {
  expect(await kafkaConfig({}, warn)).toEqual({});
  expect(await kafkaConfig({ tls: false, ca: path("ca") }, warn)).toEqual({});
});

test("TLS is with the authorities of Node, or with those of files", async () => {
  expect(await kafkaConfig({ tls: true }, warn)).toEqual({ ssl: {} });
  const settings = { ca: path("ca"), cert: path("cert"), tlsKey: path("key") };
  expect(await kafkaConfig(settings, warn)).toEqual({ ssl: { ca: "the ca", cert: "the cert", key: "the key" } });
});

test("a certificate that is not checked is warned about", async () => {
  warnings.length = 0;
  expect(await kafkaConfig({ insecure: true }, warn)).toEqual({ ssl: { rejectUnauthorized: false } });
  expect(warnings).toEqual([expect.stringContaining("--insecure")]);
  expect(await kafkaConfig({ insecure: false, tls: true }, warn)).toEqual({ ssl: {} });
  expect(await kafkaConfig({ insecure: false }, warn)).toEqual({});
});

test.each(["plain", "scram-sha-256", "SCRAM-SHA-512"])("a login by %s has the user and the password", async (sasl) => {
  warnings.length = 0;
  const config = await kafkaConfig({ tls: true, sasl, user: "reader", password: "battery" }, warn);
  expect(config.sasl).toEqual({ mechanism: sasl.toLowerCase(), username: "reader", password: "battery" });
  expect(warnings).toEqual([]);
});

test("a password that would go over the network as it is is warned about", async () => {
  warnings.length = 0;
  await kafkaConfig({ sasl: "plain", user: "reader", password: "battery" }, warn);
  expect(warnings).toEqual([expect.stringContaining("Add --tls")]);
});

test("a password comes from a file, without the line break at its end, and others who can read it are told about", async () => {
  warnings.length = 0;
  await writeFile(path("password"), " with space \r\n");
  await chmod(path("password"), 0o640);
  const settings = { tls: true, sasl: "scram-sha-256", user: "reader", passwordFile: path("password") };
  expect((await kafkaConfig(settings, warn)).sasl).toMatchObject({ password: " with space " });
  expect(warnings).toEqual([expect.stringMatching(/^others can read .*password, .*chmod 600/)]);
});

test.each([
  [{ cert: "cert" }, "--cert needs --tls-key"],
  [{ tlsKey: "key" }, "--tls-key needs --cert"],
  [{ user: "reader" }, "--user needs --sasl: it is plain, scram-sha-256 or scram-sha-512"],
  [{ sasl: "gssapi", user: "reader" }, "--sasl gssapi is not known: it is plain"],
  [{ sasl: "plain" }, "--sasl plain needs --user"],
  [{ sasl: "plain", user: "reader" }, "set DATAQUEUES_PASSWORD, or give --password-file"],
])("%j is refused, with what to write", async (settings, message) => {
  const refusal = kafkaConfig(settings, warn);
  await expect(refusal).rejects.toThrow(message);
  await expect(refusal).rejects.toBeInstanceOf(UsageError);
});

test("files that are missing or empty are named", async () => {
  await expect(kafkaConfig({ ca: path("none") }, warn)).rejects.toThrow(path("none"));
  await writeFile(path("empty"), "\n");
  const settings = { sasl: "plain", user: "reader", passwordFile: path("empty") };
  await expect(kafkaConfig(settings, warn)).rejects.toThrow(`${path("empty")} has no password in it`);
});
