import { UsageError } from "../usage-error.ts";
import type { HostOptions } from "./host-options.ts";

/** What a host is reached with, as options, the environment or a file say it. Files are paths. */
export interface HostSettings extends Omit<HostOptions, "config" | "verbose" | "timeout"> {
  readonly password?: string | undefined;
  /** In seconds. */
  readonly timeout?: number | undefined;
}

/** How each setting is written. */
export const settingKinds: { readonly [Name in keyof Required<HostSettings>]: "text" | "flag" | "number" } = {
  host: "text",
  tls: "flag",
  ca: "text",
  cert: "text",
  tlsKey: "text",
  insecure: "flag",
  sasl: "text",
  user: "text",
  password: "text",
  passwordFile: "text",
  token: "text",
  origin: "text",
  timeout: "number",
};

type Environment = Readonly<Record<string, string | undefined>>;

const flagWords: Readonly<Record<string, boolean>> = {
  1: true,
  true: true,
  yes: true,
  0: false,
  false: false,
  no: false,
};

/**
 * The settings of environment variables: `DATAQUEUES_KAFKA`, or `SDP_KAFKA_HOST` of the Python library, is the host; the others
 * are named as the options, `DATAQUEUES_TLS_KEY`.
 *
 * @throws UsageError that names a variable whose value makes no sense
 */
export function environmentSettings(env: Environment): HostSettings {
  const settings: Record<string, unknown> = { host: env["DATAQUEUES_KAFKA"] || env["SDP_KAFKA_HOST"] || undefined };
  for (const [name, kind] of Object.entries(settingKinds)) {
    const variable = variableOf(name);
    const text = env[variable];
    // An empty variable is how a shell takes one away.
    if (name === "host" || text === undefined || text === "") continue;
    settings[name] = kind === "text" ? text : kind === "flag" ? flagOf(variable, text) : secondsOf(variable, text);
  }
  return settings;
}

/** The settings of the options on the command's line. */
export function optionSettings(options: HostOptions): HostSettings {
  const { host, tls, ca, cert, tlsKey, insecure, sasl, user, passwordFile, token, origin, timeout } = options;
  const seconds = timeout === undefined ? undefined : secondsOf("--timeout", timeout);
  return { host, tls, ca, cert, tlsKey, insecure, sasl, user, passwordFile, token, origin, timeout: seconds };
}

/** Settings of several places; what a later one says counts. */
export function mergeSettings(...places: readonly HostSettings[]): HostSettings {
  const merged: Record<string, unknown> = {};
  for (const place of places) {
    // A password is one setting, however it is given.
    if (place.password !== undefined || place.passwordFile !== undefined) {
      delete merged["password"];
      delete merged["passwordFile"];
    }
    for (const [name, value] of Object.entries(place)) if (value !== undefined) merged[name] = value;
  }
  return merged;
}

/** Whether the connection to Kafka is encrypted: whoever names a certificate wants that. */
export function usesTls({ tls, ca, cert, tlsKey, insecure }: HostSettings): boolean {
  return tls ?? ((ca ?? cert ?? tlsKey) !== undefined || insecure === true);
}

/** A setting's name as a variable of the environment. */
function variableOf(name: string): string {
  return `DATAQUEUES_${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`;
}

function flagOf(where: string, text: string): boolean {
  const flag = flagWords[text.toLowerCase()];
  if (flag === undefined) throw new UsageError(`${where} is true or false, not ${JSON.stringify(text)}`);
  return flag;
}

/** Seconds as a person writes them: more than none, and no more than a day. */
export function secondsOf(where: string, text: string | number): number {
  const seconds = text === "" ? Number.NaN : Number(text);
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new UsageError(`${where} is a number of seconds such as 10 or 0.5, not ${JSON.stringify(text)}`);
}
