import { TransportError } from "@dataqueues/core";
import type { DataQueueEvent, TransportErrorCode } from "@dataqueues/core";
import { UnsupportedError } from "dataqueues";
import { beforeEach, describe, expect, test, vi } from "vitest";

import type { ToPage } from "../src/display-messages.ts";
import { ConnectionState } from "../src/worker/connection-state.ts";

const role = "read";
const transport = "websocket";
const connected: DataQueueEvent = { type: "connected", role, transport, attempt: 0 };

function failed(code: TransportErrorCode, type: "connectFailed" | "disconnected" = "connectFailed"): DataQueueEvent {
  const reason = new TransportError(`said ${code}`, { code, retriable: true });
  return { type, role, transport, attempt: 0, reason };
}

describe("what the page says of its connection", () => {
  let told: Extract<ToPage, { readonly type: "connection" }>[];
  let state: ConnectionState;
  const start = Date.UTC(2026, 10, 27);

  beforeEach(() => {
    vi.useFakeTimers({ now: start });
    told = [];
    state = new ConnectionState((message) => told.push(message));
    return () => vi.useRealTimers();
  });

  test("connecting, then connected", () => {
    vi.advanceTimersByTime(300);
    state.onEvent(connected);
    expect(told).toEqual([
      { type: "connection", state: "connecting", since: start },
      { type: "connection", state: "connected", since: start + 300 },
    ]);
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(2);
  });

  test("after a loss it reconnects, since the loss, with the last reason, and forgets that when it is back", () => {
    state.onEvent(connected);
    vi.advanceTimersByTime(5000);
    state.onEvent(failed("NETWORK_EXCEPTION", "disconnected"));
    vi.advanceTimersByTime(1000);
    state.onEvent(failed("REQUEST_TIMED_OUT"));
    const since = start + 5000;
    expect(told.slice(-2)).toEqual([
      { type: "connection", state: "reconnecting", since, reason: "said NETWORK_EXCEPTION" },
      { type: "connection", state: "reconnecting", since, reason: "said REQUEST_TIMED_OUT" },
    ]);
    state.onEvent(connected);
    expect(told.at(-1)).toEqual({ type: "connection", state: "connected", since: start + 6000 });
  });

  test("after ten seconds it is lost, since the loss, and stays so until it is back", () => {
    state.onEvent(connected);
    state.onEvent(failed("NETWORK_EXCEPTION", "disconnected"));
    vi.advanceTimersByTime(9999);
    expect(told.at(-1)?.state).toBe("reconnecting");
    vi.advanceTimersByTime(1);
    expect(told.at(-1)).toMatchObject({ state: "lost", since: start, reason: "said NETWORK_EXCEPTION" });
    state.onEvent(failed("NETWORK_EXCEPTION"));
    expect(told.at(-1)).toMatchObject({ state: "lost", since: start });
    state.onEvent(connected);
    expect(told.at(-1)?.state).toBe("connected");
  });

  test("a gateway that is never reached is lost as well", () => {
    state.onEvent(failed("NETWORK_EXCEPTION"));
    vi.advanceTimersByTime(10_000);
    expect(told.at(-1)).toMatchObject({ state: "lost", since: start });
  });

  test.each([
    ["SASL_AUTHENTICATION_FAILED", "the gateway does not accept this token"],
    ["CLUSTER_AUTHORIZATION_FAILED", "the gateway does not let this viewer read"],
    ["TOPIC_AUTHORIZATION_FAILED", "the gateway does not show this subarray's topics to this viewer"],
  ] as const)("%s: refused, in words, and never called lost", (code, reason) => {
    state.onEvent(failed(code));
    expect(told.at(-1)).toEqual({ type: "connection", state: "refused", since: start, reason });
    vi.advanceTimersByTime(60_000);
    state.onEvent(failed(code));
    state.onEvent(failed("NETWORK_EXCEPTION"));
    expect(told.at(-1)?.state).toBe("refused");
    state.onEvent(connected);
    expect(told.at(-1)?.state).toBe("connected");
  });

  test("a refusal is found in the cause of what the consumer says", () => {
    const cause = new UnsupportedError("the gateway does not have the role read");
    state.failed(new TransportError("connecting failed", { code: "NETWORK_EXCEPTION", retriable: false, cause }));
    expect(told.at(-1)).toMatchObject({ state: "refused", reason: "this gateway has nothing to read" });
  });

  test("a passing failure while connected changes nothing", () => {
    state.onEvent(connected);
    state.failed(new TransportError("no leader", { code: "LEADER_NOT_AVAILABLE", retriable: true }));
    expect(told.at(-1)?.state).toBe("connected");
    expect(told).toHaveLength(2);
  });

  test("nothing is told after closing", () => {
    state.close();
    vi.advanceTimersByTime(60_000);
    expect(told).toHaveLength(1);
  });
});
