import type { OnEvent, Transport } from "@dataqueues/core";

import type { Terminal } from "../terminal/terminal.ts";
import { checkHost } from "./check-host.ts";
import { readConfigFile } from "./config-file.ts";
import { printEvents } from "./print-events.ts";
import type { HostOptions } from "./host-options.ts";
import { environmentSettings, mergeSettings, optionSettings } from "./host-settings.ts";
import { openTransport } from "./open-transport.ts";

export type { HostOptions } from "./host-options.ts";

/** The log that a command works on. */
export interface Host {
  readonly transport: Transport;
  /** As a person calls it: `localhost:9092`. */
  readonly name: string;
  /** The topic that an address such as `kafka://host:9092/topic` names. */
  readonly topic?: string | undefined;
  /** The longest that connecting may take, in milliseconds: for the option `connectTimeoutMs` of producers, consumers and admins. */
  readonly connectTimeoutMs: number;
  /** For the option `onEvent` of producers, consumers and admins: prints lost connections, and with `--verbose` all events. */
  readonly onEvent: OnEvent;
}

const defaultTimeoutSeconds = 10;

/**
 * Finds the host, and sees that it answers. `--host` comes before `DATAQUEUES_KAFKA`, `SDP_KAFKA_HOST`, the file with named hosts
 * and `localhost:9092`; a name in the file stands for the settings that it has there, and options and environment come before those.
 *
 * @throws UsageError for settings that make no sense, and an Error that says what to do for a host that cannot be reached in time
 */
export async function openHost(options: HostOptions, terminal: Terminal): Promise<Host> {
  const onEvent = printEvents(terminal.stderr, options.verbose === true);
  if (terminal.transport !== undefined) {
    const { transport } = terminal;
    return { transport, name: transport.name, connectTimeoutMs: defaultTimeoutSeconds * 1_000, onEvent };
  }
  const remarks: string[] = [];
  const warn = (remark: string): void => void remarks.push(remark);
  const config = await readConfigFile(options.config, terminal.env, warn);
  const said = mergeSettings(environmentSettings(terminal.env), optionSettings(options));
  const wanted = said.host ?? config.default ?? "localhost:9092";
  const named = config.hosts.get(wanted);
  const settings = { ...mergeSettings(named ?? {}, said), host: named?.host ?? wanted };
  const connectTimeoutMs = Math.round((settings.timeout ?? defaultTimeoutSeconds) * 1_000);
  const { transport, name, topic } = await openTransport(settings, warn, connectTimeoutMs);
  for (const remark of remarks) await terminal.stderr.write(`dataqueues: ${remark}\n`);
  await checkHost(transport, { name, settings, connectTimeoutMs, signal: terminal.signal });
  return { transport, name, topic, connectTimeoutMs, onEvent };
}
