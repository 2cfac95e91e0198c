import { TransportError } from "../contract/errors.ts";
import type { TransportErrorCode } from "../contract/kafka-errors.ts";
import type { ProduceResult, ProducerIdAndEpoch } from "../contract/transport.ts";
import { Pause } from "../shared/pause.ts";
import { backoff, maxProduceBackoffMs } from "../shared/retry-policy.ts";
import { delay, settleWithin } from "../shared/wait.ts";
import { splitBatch, takeBatch, timeLeft } from "./batch.ts";
import type { Batch, PendingSend } from "./batch.ts";
import { nextSequence } from "./producer-ids.ts";
import type { ProducerIds } from "./producer-ids.ts";
import type { WriterContext } from "./writer-context.ts";

/** The log does not know the sequence any more: only a new producer id can go on. */
const sequenceLost: ReadonlySet<TransportErrorCode> = new Set([
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
]);

/** One record can be why the log refuses a whole batch. Sent in halves, the others are written and only that one fails. */
const causedByOneRecord: ReadonlySet<TransportErrorCode> = new Set([
  "RECORD_TOO_LARGE",
  "INVALID_TIMESTAMP",
  "INVALID_RECORD",
]);

/**
 * Writes one partition. Sends wait in call order while one batch is in flight. A batch is sent again, unchanged and with the
 * same sequence, until the log has answered for it: that keeps the order and writes nothing twice.
 */
export class PartitionWriter {
  readonly #topic: string;
  readonly #partition: number;
  readonly #context: WriterContext;
  readonly #onBatch: () => void;
  readonly #pending: PendingSend[] = [];
  #pendingBytes = 0;
  #running = false;
  readonly #lingering = new Pause();
  #identity: ProducerIdAndEpoch | undefined;
  #sequence = 0;
  #identityLost = false;

  /** @param onBatch - called when a batch is complete, so that sends without a key go to the next partition */
  constructor(topic: string, partition: number, context: WriterContext, onBatch: () => void) {
    this.#topic = topic;
    this.#partition = partition;
    this.#context = context;
    this.#onBatch = onBatch;
  }

  /** Queues a send behind those before it. */
  add(send: PendingSend): void {
    this.#pending.push(send);
    this.#pendingBytes += send.size;
    if (this.#pendingBytes >= this.#context.maxBatchBytes) this.endLinger();
    if (!this.#running) {
      this.#running = true;
      void this.#run();
    }
  }

  /** Ends the wait for more sends. */
  endLinger(): void {
    this.#lingering.end();
  }

  async #run(): Promise<void> {
    const { maxBatchRecords, maxBatchBytes } = this.#context;
    for (let first = this.#pending[0]; first !== undefined; first = this.#pending[0]) {
      await this.#linger(first);
      const batch = takeBatch(this.#pending, maxBatchRecords, maxBatchBytes);
      this.#pendingBytes -= batch.bytes;
      this.#onBatch();
      const sends = batch.sends.filter((send) => !send.settled);
      if (sends.length > 0) await this.#deliver({ ...batch, sends });
    }
    this.#running = false;
  }

  async #linger(first: PendingSend): Promise<void> {
    const { maxBatchBytes, signal } = this.#context;
    const lingerMs = this.#context.lingerMs();
    // Without linger, one turn of the microtask queue gathers the sends of the same tick.
    if (lingerMs === 0 || this.#pendingBytes >= maxBatchBytes) return;
    // At most half of the time that the first send has left: the rest is for the log to answer.
    await this.#lingering.wait(Math.min(lingerMs, timeLeft(first) / 2), signal);
  }

  /** Sends a batch until it is acknowledged or has failed for good; settles its sends and never rejects. */
  async #deliver(batch: Batch): Promise<void> {
    let topicMissingSince = Infinity;
    let lastFailure: TransportError | undefined;
    for (let attempt = 0; ; attempt += 1) {
      let failure: TransportError;
      try {
        const result = await this.#attempt(batch, lastFailure);
        if (result.error === undefined) return this.#acknowledge(batch, result.baseOffset, result.timestamp);
        failure = result.error;
      } catch (error) {
        failure = asTransportError(error);
      }
      const now = performance.now();
      if (failure.code === "DUPLICATE_SEQUENCE_NUMBER") return this.#acknowledge(batch, -1n);
      if (causedByOneRecord.has(failure.code) && batch.sends.length > 1) {
        for (const half of splitBatch(batch)) await this.#deliver(half);
        return;
      }
      topicMissingSince = failure.code === "UNKNOWN_TOPIC_OR_PARTITION" ? Math.min(topicMissingSince, now) : Infinity;
      const topicMissing = now - topicMissingSince >= this.#context.topicTimeoutMs;
      const lost = sequenceLost.has(failure.code);
      const retry =
        (failure.retriable || lost) && !topicMissing && now < batch.deadline && !this.#context.signal.aborted;
      // A batch that was tried and not clearly refused may be in the log: its sequence numbers must not be used again.
      if (lost || (!retry && (attempt > 0 || failure.retriable))) this.#forgetIdentity(failure);
      if (!retry) return this.#fail(batch, failure);
      this.#context.onEvent({ type: "retry", request: "produce", ...this.#topicPartition(), attempt, reason: failure });
      if (!(await this.#pause(batch, attempt))) return this.#fail(batch, failure);
      lastFailure = failure;
    }
  }

  /** @param lastFailure - why the last attempt failed */
  async #attempt(batch: Batch, lastFailure: TransportError | undefined): Promise<ProduceResult> {
    const { producerIds, batcher, deliveryTimeoutMs, signal } = this.#context;
    const timeoutError = (): TransportError => {
      const reason = lastFailure === undefined ? "" : `: ${lastFailure.message}`;
      const message = `not acknowledged within ${deliveryTimeoutMs} ms; it may or may not have been written${reason}`;
      return new TransportError(message, { code: "REQUEST_TIMED_OUT", retriable: true, cause: lastFailure });
    };
    let givenUp = false;
    const run = async (): Promise<ProduceResult> => {
      const leader = await this.#leader();
      const identity = await this.#identityFor(producerIds);
      // By now another batch may be on its way with these sequence numbers.
      if (givenUp) throw timeoutError();
      if (identity !== this.#identity) {
        this.#identity = identity;
        this.#sequence = 0;
      }
      const records = batch.sends.map(({ record }) => record);
      const [topic, partition, baseSequence] = [this.#topic, this.#partition, this.#sequence];
      return batcher.produce(leader, { topic, partition, records, identity, baseSequence }, () => !givenUp);
    };
    try {
      return await settleWithin(run(), timeLeft(batch), timeoutError, signal);
    } finally {
      givenUp = true;
    }
  }

  async #identityFor(producerIds: ProducerIds | undefined): Promise<ProducerIdAndEpoch | undefined> {
    if (producerIds === undefined || this.#identity !== undefined) return this.#identity;
    return this.#identityLost ? producerIds.fresh() : producerIds.shared();
  }

  async #leader(): Promise<number> {
    const { metadata } = this.#context;
    const known = metadata.partitions(this.#topic) ?? (await metadata.refresh(this.#topic));
    const found = known.find(({ partition }) => partition === this.#partition);
    if (found !== undefined && found.leader >= 0 && found.error === undefined) return found.leader;
    if (found?.error !== undefined) throw found.error;
    const code = found === undefined ? "UNKNOWN_TOPIC_OR_PARTITION" : "LEADER_NOT_AVAILABLE";
    const message = found === undefined ? "the partition does not exist" : "the partition has no leader";
    throw new TransportError(message, { code, retriable: true });
  }

  /** Waits, then asks for the leader again; false when the producer was closed meanwhile. */
  async #pause(batch: Batch, attempt: number): Promise<boolean> {
    const { metadata, retryBackoffMs, signal } = this.#context;
    try {
      await delay(
        Math.min(timeLeft(batch), backoff(attempt, { first: retryBackoffMs, most: maxProduceBackoffMs })),
        signal,
      );
    } catch {
      return false;
    }
    // The next attempt finds out whether this succeeded.
    const refreshed = metadata.refresh(this.#topic);
    await settleWithin(refreshed, timeLeft(batch), () => new Error("unused"), signal).catch(() => undefined);
    return true;
  }

  #forgetIdentity(reason: unknown): void {
    if (this.#identity === undefined) return;
    this.#identity = undefined;
    this.#identityLost = true;
    this.#context.onEvent({ type: "producerIdentityReset", ...this.#topicPartition(), reason });
  }

  #acknowledge({ sends }: Batch, baseOffset: bigint, appendTime?: number): void {
    if (this.#identity !== undefined) this.#sequence = nextSequence(this.#sequence, sends.length);
    const known = baseOffset >= 0n;
    sends.forEach((send, index) => {
      send.resolve({
        ...this.#topicPartition(),
        offset: known ? baseOffset + BigInt(index) : -1n,
        timestamp: appendTime ?? send.record.timestamp,
      });
    });
  }

  #fail({ sends }: Batch, reason: TransportError): void {
    const place = this.#topicPartition();
    const aborted = this.#context.signal.aborted ? this.#context.signal.reason : undefined;
    const message = `send to ${place.topic}[${place.partition}] failed: ${reason.message}`;
    const { code, retriable } = reason;
    for (const send of sends) {
      const details = { ...place, code, retriable, cause: reason };
      send.reject(aborted ?? new TransportError(message + aboutRecord(code, send), details));
    }
  }

  #topicPartition(): { readonly topic: string; readonly partition: number } {
    return { topic: this.#topic, partition: this.#partition };
  }
}

/** A hint at what the log may have refused. */
function aboutRecord(code: TransportErrorCode, { size, record }: PendingSend): string {
  if (code === "RECORD_TOO_LARGE") return `; its key, value and headers take ${size} bytes`;
  return code === "INVALID_TIMESTAMP" ? `; its timestamp is ${new Date(record.timestamp).toISOString()}` : "";
}

function asTransportError(error: unknown): TransportError {
  if (error instanceof TransportError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TransportError(message, { code: "UNKNOWN_SERVER_ERROR", retriable: false, cause: error });
}
