import { kafkaError } from "@dataqueues/core";
import type { ProduceBatch, ProduceResult } from "@dataqueues/core";
import { decodeRecords } from "@dataqueues/transport-websocket";
import type { ErrorBody, InitProducerIdAnswer, ProduceAnswer } from "@dataqueues/transport-websocket";

import { ProducedRecords } from "./produced-records.ts";
import type { BatchBody } from "./request-bodies.ts";
import { askAllowed, errorBody, refusal } from "./request-context.ts";
import type { RequestContext, ViewerRequest } from "./request-context.ts";

/** The longest that a log may wait for its replicas. */
const longestTimeoutMs = 30_000;

/** What a viewer asks to write. */
export class Writing {
  readonly #context: RequestContext;
  readonly #records: ProducedRecords;

  constructor(context: RequestContext) {
    this.#context = context;
    this.#records = new ProducedRecords(context.limits.produceBytes, context.limits.bufferedBytes, context.metrics);
  }

  /** Keeps records of a request that follows. */
  produceMore(id: number, records: Uint8Array): void {
    this.#records.add(id, records);
  }

  /** Forgets records that no request came for. */
  close(): void {
    this.#records.forget();
  }

  async produce({ id, body, records: last, answer }: ViewerRequest): Promise<void> {
    // Whatever is wrong with the request, its records go with it.
    const records = this.#records.take(id, last);
    const { log, bodies, topics } = this.#context;
    const { leader, batches, timeoutMs, ...options } = bodies.produce(body);
    const whole = batchesOf(batches, records);
    const ask = async (allowed: readonly ProduceBatch[]): Promise<ProduceAnswer["results"]> =>
      (await log.produce(allowed, { ...options, timeoutMs: Math.min(timeoutMs, longestTimeoutMs) })).map(resultBody);
    const results = await askAllowed(whole, (batch) => refusal(topics, batch.topic, leader) ?? badTime(batch), ask);
    await answer({ results } satisfies ProduceAnswer);
  }

  async initProducerId({ body, answer }: ViewerRequest): Promise<void> {
    const { log, bodies } = this.#context;
    bodies.initProducerId(body);
    const { producerId, producerEpoch } = await log.initProducerId();
    await answer({ producerId: `${producerId}`, producerEpoch } satisfies InitProducerIdAnswer);
  }
}

/** The batches with their records. */
function batchesOf(batches: readonly BatchBody[], bytes: Uint8Array): ProduceBatch[] {
  let at = 0;
  const found = batches.map(({ count, bytes: length, ...batch }): ProduceBatch => {
    const records = decodeRecords(bytes.subarray(at, at + length), count);
    at += length;
    return { ...batch, records };
  });
  if (at === bytes.length) return found;
  throw kafkaError("INVALID_REQUEST", "produce", {
    why: `${bytes.length} bytes of records where ${at} were announced`,
  });
}

/** A time that is no whole number of milliseconds would make a transport throw. */
function badTime({ records }: ProduceBatch): ErrorBody | undefined {
  return records.every(({ timestamp }) => Number.isSafeInteger(timestamp)) ? undefined : { error: "INVALID_TIMESTAMP" };
}

function resultBody(result: ProduceResult): ProduceAnswer["results"][number] {
  if (result.error !== undefined) return errorBody(result.error);
  return { baseOffset: `${result.baseOffset}`, timestamp: result.timestamp };
}
