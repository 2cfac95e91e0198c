import { DataQueueError, TransportError } from "../contract/errors.ts";
import type { OnEvent, RetriedRequest } from "../contract/events.ts";
import { Outages } from "./outages.ts";
import type { PartitionState } from "./partition-state.ts";

/** What follows from failures. */
export interface FetchFailuresOptions {
  /** How long something may fail before the caller is told. */
  readonly reportAfterMs: number;
  readonly signal: AbortSignal;
  readonly onEvent: OnEvent;
  /** Called with a failure that retrying cannot fix, or that has lasted `connectTimeoutMs`; reading goes on. */
  readonly onError: (error: DataQueueError) => void;
  /** Leaders may have moved: asks for metadata at once. */
  readonly refreshNow: () => void;
}

/** Decides what follows when a request, or one partition of it, fails: a pause, an event, new metadata, an error. */
export class FetchFailures {
  readonly #options: FetchFailuresOptions;
  readonly #outages: Outages;

  constructor(options: FetchFailuresOptions) {
    this.#options = options;
    const { reportAfterMs, onError: report, signal } = options;
    this.#outages = new Outages({ reportAfterMs, report, signal });
  }

  /** A whole request failed, made at `since`; `key` is what it was about. */
  requestFailed(key: string, request: RetriedRequest, error: unknown, attempt: number, since: number): void {
    this.#options.onEvent({ type: "retry", request, attempt, reason: error });
    if (!(error instanceof DataQueueError)) return;
    this.#outages.failed(key, error, error instanceof TransportError && error.retriable, since);
  }

  /** A fetch from a leader failed as a whole. */
  leaderFailed(key: string, error: unknown, attempt: number, since: number): void {
    this.requestFailed(key, "fetch", error, attempt, since);
    this.#options.refreshNow();
  }

  /** One partition of a request, made at `since`, failed. */
  partitionFailed(state: PartitionState, request: RetriedRequest, error: TransportError, since: number): void {
    const { topic, partition, position, failures: attempt } = state;
    this.#options.refreshNow();
    // Reported as an event once its new position is known; the loop goes on.
    if (error.code === "OFFSET_OUT_OF_RANGE" && position !== undefined) return state.loseOffset();
    state.fail(error);
    this.#options.onEvent({ type: "retry", request, topic, partition, attempt, reason: error });
    if (error.retriable) return this.#outages.failed(state.key, explain(state, error), true, since);
    if (state.markReported(error)) this.#options.onError(explain(state, error));
  }

  /** A partition that exists has no leader; metadata asked for at `since` said so. */
  leaderMissing(state: PartitionState, error: TransportError, since: number): void {
    this.#outages.failed(state.key, explain(state, error), true, since);
  }

  /** What `key` stands for works again, or is not wanted any more. */
  ended(key: string): void {
    this.#outages.ended(key);
  }
}

function explain({ topic, partition, position: offset }: PartitionState, cause: TransportError): TransportError {
  const { code, retriable, message } = cause;
  const where = offset === undefined ? "" : ` at offset ${offset}`;
  const details = { code, retriable, topic, partition, offset, cause };
  return new TransportError(`cannot read ${topic}[${partition}]${where}: ${message}`, details);
}
