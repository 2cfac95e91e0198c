import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

import { readConfigFile } from "../../src/host/config-file.ts";
import type { ConfigFile } from "../../src/host/config-file.ts";

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataqueues-config-"));
  file = join(folder, "hosts.json");
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string, warnings: string[] = []): Promise<ConfigFile> {
  await writeFile(file, text);
  return readConfigFile(file, {}, (warning) => warnings.push(warning));
}

test("hosts have names, and files beside the file", async () => {
  const text = JSON.stringify({
    hosts: {
      night: { host: "kafka.example:9093", tls: true, ca: "ca.pem", sasl: "scram-sha-512", user: "reader", timeout: 2 },
      lab: { host: "localhost", ca: "/etc/ca.pem" },
    },
    default: "night",
  });
  const config = await read(text);
  expect(config.default).toBe("night");
  expect(Object.fromEntries(config.hosts)).toEqual({
    night: {
      host: "kafka.example:9093",
      tls: true,
      ca: join(folder, "ca.pem"),
      sasl: "scram-sha-512",
      user: "reader",
      timeout: 2,
    },
    lab: { host: "localhost", ca: "/etc/ca.pem" },
  });
});

test.each([
  ["[]", /hosts\.json must be an object of JSON/],
  ['{"host":{}}', /has "host", which is not known\. It may have hosts, default/],
  ['{"hosts":{"a":{"host":"x","pasword":"y"}}}', /"a" in .* has "pasword", which is not known/],
  ['{"hosts":{"a":{"tls":true}}}', /"a" in .* has no "host"/],
  ['{"hosts":{"a":{"host":"x","tls":"yes"}}}', /"tls" of "a" in .* must be a boolean/],
  ['{"hosts":{"a":{"host":"x","timeout":-1}}}', /"timeout" of "a" in .* is a number of seconds/],
  ['{"hosts":{"a":"x"}}', /"a" in .* must be an object/],
  ['{"default":"b","hosts":{"a":{"host":"x"}}}', /"default" in .* must be one of its hosts: a/],
])("%s is refused, with what is wrong", async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});

test("what is no JSON is refused with its place, and not with the text, where a password may be", async () => {
  const error: unknown = await read('{\n  "hosts": {"a": {"password": geheim}}\n}').catch((reason: unknown) => reason);
  expect(String(error)).toMatch(/hosts\.json is not JSON/);
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error)).replace(folder, "")).not.toContain("geheim");
});

test("a value that is refused is not shown", async () => {
  await expect(read('{"hosts":{"a":{"host":"x","password":["geheim"]}}}')).rejects.not.toThrow(/geheim/);
});

test("others who can read a password are told about, once it is theirs to read", async () => {
  const withPassword = '{"hosts":{"a":{"host":"x","password":"geheim"}}}';
  await writeFile(file, "");
  await chmod(file, 0o644);
  const warnings: string[] = [];
  await read(withPassword, warnings);
  expect(warnings).toEqual([`others can read ${file}, which has a password. Write: chmod 600 ${file}`]);
  await read('{"hosts":{"a":{"host":"x"}}}', warnings);
  await chmod(file, 0o600);
  await read(withPassword, warnings);
  expect(warnings).toHaveLength(1);
});

test("the usual file need not exist, and is found by XDG_CONFIG_HOME or in the home folder", async () => {
  const ignore = (): void => undefined;
  expect((await readConfigFile(undefined, { XDG_CONFIG_HOME: folder }, ignore)).hosts.size).toBe(0);
  // A file, where a folder would be.
  await writeFile(join(folder, "file"), "");
  expect((await readConfigFile(undefined, { XDG_CONFIG_HOME: join(folder, "file") }, ignore)).hosts.size).toBe(0);
  await mkdir(join(folder, "dataqueues"));
  await writeFile(join(folder, "dataqueues", "config.json"), '{"hosts":{"a":{"host":"x"}}}');
  expect([...(await readConfigFile(undefined, { XDG_CONFIG_HOME: folder }, ignore)).hosts.keys()]).toEqual(["a"]);
  await mkdir(join(folder, ".config", "dataqueues"), { recursive: true });
  await writeFile(join(folder, ".config", "dataqueues", "config.json"), '{"hosts":{"b":{"host":"x"}}}');
  expect([...(await readConfigFile(undefined, { HOME: folder }, ignore)).hosts.keys()]).toEqual(["b"]);
});

test("a file that was named must exist", async () => {
  await expect(readConfigFile(join(folder, "none.json"), {}, () => undefined)).rejects.toThrow("none.json");
});
