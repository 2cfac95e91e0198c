import { readFile } from "node:fs/promises";
import type { KafkajsConfig } from "@dataqueues/transport-kafkajs";

import { UsageError } from "../usage-error.ts";
import { warnIfReadable } from "./config-file.ts";
import { usesTls } from "./host-settings.ts";
import type { HostSettings } from "./host-settings.ts";
import { tlsOptions } from "./tls-options.ts";

type Sasl = NonNullable<KafkajsConfig["sasl"]>;

/** The ways to log in that `--sasl` may name. */
export const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

/**
 * TLS and login of a host as kafkajs takes them; the files are read.
 *
 * @param warn - is told what is not safe
 * @throws UsageError for settings that do not fit together, and Node's error for a file that cannot be read
 */
export async function kafkaConfig(settings: HostSettings, warn: (message: string) => void): Promise<KafkajsConfig> {
  const ssl = usesTls(settings) ? await tlsOptions(settings, warn) : undefined;
  const sasl = await saslOf(settings, warn);
  if (sasl?.mechanism === "plain" && ssl === undefined) {
    warn("the password goes over the network as it is. Add --tls if the host has it");
  }
  return { ...(ssl === undefined ? {} : { ssl }), ...(sasl === undefined ? {} : { sasl }) };
}

async function saslOf(settings: HostSettings, warn: (message: string) => void): Promise<Sasl | undefined> {
  const { sasl, user: username } = settings;
  if (sasl === undefined && username === undefined) return undefined;
  const mechanism = mechanisms.find((known) => known === sasl?.toLowerCase());
  if (mechanism === undefined) {
    const given = sasl === undefined ? "--user needs --sasl" : `--sasl ${sasl} is not known`;
    throw new UsageError(`${given}: it is ${mechanisms.slice(0, -1).join(", ")} or ${mechanisms.at(-1)}`);
  }
  if (username === undefined) throw new UsageError(`--sasl ${mechanism} needs --user`);
  const password = await passwordOf(settings, warn);
  // Each mechanism has a type of its own in kafkajs.
  if (mechanism === "plain") return { mechanism, username, password };
  return mechanism === "scram-sha-256" ? { mechanism, username, password } : { mechanism, username, password };
}

async function passwordOf({ password, passwordFile }: HostSettings, warn: (message: string) => void): Promise<string> {
  if (password !== undefined) return password;
  if (passwordFile === undefined) {
    throw new UsageError("the login has no password: set DATAQUEUES_PASSWORD, or give --password-file");
  }
  const text = (await readFile(passwordFile, "utf8")).replace(/\r?\n$/, "");
  if (text === "") throw new UsageError(`${passwordFile} has no password in it`);
  await warnIfReadable(passwordFile, warn);
  return text;
}
