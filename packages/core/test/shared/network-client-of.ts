import { expect, vi } from "vitest";

import type { DataQueueEvent } from "../../src/contract/events.ts";
import { NetworkClient } from "../../src/shared/network-client.ts";
import type { NetworkClientOptions } from "../../src/shared/network-client.ts";
import type { BaseConnection } from "../../src/contract/transport.ts";
import { ScriptedLog } from "../scripted-log.ts";

export interface ClientAndEvents {
  readonly log: ScriptedLog;
  readonly client: NetworkClient<"read">;
  readonly events: DataQueueEvent[];
}

/** A client that reads, with 100 ms to connect and 50 ms for a request, and its events. */
export function clientOf(
  log: ScriptedLog = new ScriptedLog(),
  options: Partial<NetworkClientOptions> = {},
): ClientAndEvents {
  const events: DataQueueEvent[] = [];
  const onEvent = (event: DataQueueEvent): void => void events.push(event);
  const client = new NetworkClient(log, "read", { connectTimeoutMs: 100, requestTimeoutMs: 50, onEvent, ...options });
  return { log, client, events };
}

/** The result of a promise that settles without time passing; fails at once if it does not. */
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
export function hello(connection: BaseConnection): Promise<unknown> {
  return connection.metadata();
}
