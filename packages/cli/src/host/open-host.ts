import type { Transport } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { memory } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";

import type { Terminal } from "../terminal/terminal.ts";

/** The options that every command has for its host. */
export interface HostOptions {
  readonly host?: string | undefined;
  readonly verbose?: boolean | undefined;
}

/** The log that a command works on. */
export interface Host {
  readonly transport: Transport;
  /** As a person calls it: `localhost:9092`. */
  readonly name: string;
  /** The topic that an address such as `kafka://host:9092/topic` names. */
  readonly topic?: string | undefined;
}

/** Finds the host: `--host`, then `DATAQUEUES_KAFKA`, then `SDP_KAFKA_HOST`, then `localhost:9092`. */
export async function openHost({ host }: HostOptions, terminal: Terminal): Promise<Host> {
  const { DATAQUEUES_KAFKA, SDP_KAFKA_HOST } = terminal.env;
  const name = host ?? DATAQUEUES_KAFKA ?? SDP_KAFKA_HOST ?? "localhost:9092";
  if (terminal.transport !== undefined) return { transport: terminal.transport, name: terminal.transport.name };
  if (/^wss?:/.test(name)) return { transport: websocket(name), name };
  if (name === "memory:") return { transport: memory(), name };
  return { transport: kafkajs(name), name };
}
