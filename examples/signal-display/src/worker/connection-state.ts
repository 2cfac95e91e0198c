import { DataQueueError } from "@dataqueues/core";
import type { DataQueueEvent } from "@dataqueues/core";

import type { ToPage } from "../display-messages.ts";

type ConnectionMessage = Extract<ToPage, { readonly type: "connection" }>;

/** After how long without a connection it counts as lost. */
const lostAfterMs = 10_000;

/** Codes with which a gateway does not let this page in. */
const refusals: ReadonlyMap<string, string> = new Map([
  ["SASL_AUTHENTICATION_FAILED", "the gateway does not accept this token"],
  ["CLUSTER_AUTHORIZATION_FAILED", "the gateway does not let this viewer read"],
  ["TOPIC_AUTHORIZATION_FAILED", "the gateway does not show this subarray's topics to this viewer"],
  ["UNSUPPORTED", "this gateway has nothing to read"],
]);

/** What the page says of its connection, from the consumer's events. */
export class ConnectionState {
  readonly #tell: (message: ConnectionMessage) => void;
  #state: ConnectionMessage["state"] = "connecting";
  #since: number = Date.now();
  #reason: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (message: ConnectionMessage) => void) {
    this.#tell = tell;
    this.#change("connecting", this.#since);
    this.#startTimer();
  }

  /** Takes the consumer's event. */
  onEvent(event: DataQueueEvent): void {
    if (event.type === "connected") {
      this.#stopTimer();
      this.#change("connected", Date.now());
    }
    if (event.type === "disconnected" && this.#state === "connected") {
      this.#change("reconnecting", Date.now(), event.reason);
      this.#startTimer();
    }
    if (event.type === "connectFailed") this.failed(event.reason);
  }

  /** The consumer could not read, for this reason. */
  failed(reason: unknown): void {
    const refusal = refusalOf(reason);
    if (refusal !== undefined) {
      this.#stopTimer();
      if (this.#state !== "refused") this.#change("refused", Date.now(), refusal);
    } else if (this.#state !== "connected") {
      this.#change(this.#state, this.#since, reason);
    }
  }

  close(): void {
    this.#stopTimer();
  }

  #startTimer(): void {
    // "Lost" is said with the time since when it is.
    this.#timer ??= setTimeout(() => this.#change("lost", this.#since), lostAfterMs);
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #change(state: ConnectionMessage["state"], since: number, reason?: unknown): void {
    this.#state = state;
    this.#since = since;
    if (state === "connected") this.#reason = undefined;
    else if (reason instanceof Error) this.#reason = reason.message;
    else if (typeof reason === "string") this.#reason = reason;
    this.#tell({ type: "connection", state, since, reason: this.#reason });
  }
}

function refusalOf(reason: unknown): string | undefined {
  for (let error = reason; error instanceof Error; error = error.cause) {
    const refusal = error instanceof DataQueueError ? refusals.get(error.code) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}
