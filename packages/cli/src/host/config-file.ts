import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { UsageError } from "../usage-error.ts";
import { secondsOf, settingKinds } from "./host-settings.ts";
import type { HostSettings } from "./host-settings.ts";

/** A file with hosts that have names. */
export interface ConfigFile {
  readonly hosts: ReadonlyMap<string, HostSettings>;
  /** The name of the host that is meant when none is given. */
  readonly default: string | undefined;
}

/** Settings that are paths: relative ones are beside the file. */
const paths: readonly string[] = ["ca", "cert", "tlsKey", "passwordFile"];

/**
 * Reads the file with named hosts: `{ "hosts": { "night": { "host": "…", "tls": true } }, "default": "night" }`. Without a path it
 * is that of `DATAQUEUES_CONFIG`, or `dataqueues/config.json` in the user's folder for settings, which need not exist.
 *
 * @param warn - is told when others can read a file that has a password
 * @throws UsageError that names what in the file makes no sense
 */
export async function readConfigFile(
  path: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): Promise<ConfigFile> {
  const named = path ?? (env["DATAQUEUES_CONFIG"] || undefined);
  const file = named ?? defaultPath(env);
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const isMissing =
      error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
    if (named === undefined && isMissing) return { hosts: new Map(), default: undefined };
    throw error;
  }
  const config = checkConfig(file, parseJson(file, text));
  const hasSecret = [...config.hosts.values()].some(({ password, token }) => (password ?? token) !== undefined);
  if (hasSecret) await warnIfReadable(file, warn);
  return config;
}

/** Says so when other users of the machine can read a file with a secret. Windows has other rights, which are not looked at. */
export async function warnIfReadable(file: string, warn: (message: string) => void): Promise<void> {
  if (process.platform === "win32" || ((await stat(file)).mode & 0o077) === 0) return;
  warn(`others can read ${file}, which has a password. Write: chmod 600 ${file}`);
}

function defaultPath(env: Readonly<Record<string, string | undefined>>): string {
  // The convention of XDG: https://specifications.freedesktop.org/basedir-spec/latest/
  return join(env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config"), "dataqueues", "config.json");
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The message quotes the text, where a password may be: only the place in it is passed on.
    const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
    const before = text.slice(0, Number(position ?? 0)).split("\n");
    const place =
      position === undefined ? "" : ` from line ${before.length}, column ${(before.at(-1) ?? "").length + 1} on`;
    throw new UsageError(`${file} is not JSON${place}`);
  }
}

function checkConfig(file: string, value: unknown): ConfigFile {
  const config = objectOf(file, value, ["hosts", "default"]);
  const hosts = new Map<string, HostSettings>();
  for (const [name, settings] of Object.entries(objectOf(`"hosts" in ${file}`, config["hosts"] ?? {}))) {
    hosts.set(name, checkSettings(`"${name}" in ${file}`, settings, dirname(resolve(file))));
  }
  const { default: named } = config;
  if (named !== undefined && (typeof named !== "string" || !hosts.has(named))) {
    throw new UsageError(
      `"default" in ${file} must be one of its hosts: ${[...hosts.keys()].join(", ") || "there are none"}`,
    );
  }
  return { hosts, default: named };
}

function checkSettings(where: string, value: unknown, folder: string): HostSettings {
  const settings: Record<string, unknown> = objectOf(where, value, Object.keys(settingKinds));
  const checked: Record<string, unknown> = {};
  for (const [name, kind] of Object.entries(settingKinds)) {
    const given = settings[name];
    if (given === undefined) continue;
    const wanted = { text: "string", flag: "boolean", number: "number" }[kind];
    // The value is not shown: it may be a password.
    if (typeof given !== wanted || given === "") throw new UsageError(`"${name}" of ${where} must be a ${wanted}`);
    checked[name] = typeof given === "string" && paths.includes(name) ? resolve(folder, given) : given;
    if (typeof given === "number") secondsOf(`"${name}" of ${where}`, given);
  }
  if (checked["host"] === undefined) throw new UsageError(`${where} has no "host", such as "kafka.example:9093"`);
  return checked;
}

function objectOf(where: string, value: unknown, known?: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`${where} must be an object of JSON`);
  }
  const unknown = Object.keys(value).find((name) => known?.includes(name) === false);
  if (unknown !== undefined) {
    throw new UsageError(`${where} has "${unknown}", which is not known. It may have ${known?.join(", ")}`);
  }
  return Object.fromEntries(Object.entries(value));
}
