import { expect, vi } from "vitest";

import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import type { NetworkClientOptions } from "../../src/shared/network-client.ts";
import type { Connection } from "../../src/contract/transport.ts";
import { ScriptedLog } from "../scripted-log.ts";

export interface ClientAndEvents {
  readonly log: ScriptedLog;
  readonly client: NetworkClient;
  readonly events: DataQueueEvent[];
}

/** A client for reading with 100 ms to connect and 50 ms for a request, and what it tells. */
export function clientOf(
  log: ScriptedLog = new ScriptedLog(),
  options: Partial<NetworkClientOptions> = {},
): ClientAndEvents {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const client = new NetworkClient(log, "read", { connectTimeoutMs: 100, requestTimeoutMs: 50, onEvent, ...options });
  return { log, client, events };
}

/** What is settled by now, without the fake clock going on: what never ends fails at once. */
export async function now<T>(promise: Promise<T>): Promise<T> {
  let waiting = true;
  const stop = (): void => void (waiting = false);
  promise.then(stop, stop);
  await vi.advanceTimersByTimeAsync(0);
  return waiting ? expect.unreachable("still waiting") : promise;
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable("resolved"),
    (error: unknown) => error,
  );
}

/** Any request. */
export function hello(connection: Connection): Promise<unknown> {
  return connection.metadata();
}

export const month: number = 30 * 24 * 3_600_000;
