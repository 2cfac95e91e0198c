import type { FetchLimits, FetchQuery, OffsetQuery, OffsetResult, TopicMetadata } from "@dataqueues/core";
import type { FetchAnswer, ListOffsetsAnswer, MetadataAnswer } from "@dataqueues/transport-websocket";

import type { SharedFetch } from "../gateway-log.ts";
import { pause } from "./rate-limit.ts";
import type { FetchBody } from "./request-bodies.ts";
import { askAllowed, errorBody, forbidden, gatewayLeader, refusal } from "./request-context.ts";
import type { RequestContext, ViewerRequest } from "./request-context.ts";

/** Answers without news are at least so far apart: a client that does not want to wait costs little. */
const emptyAnswerMs = 100;

/** What an answer has while many viewers do not read theirs. */
const smallAnswerBytes = 65_536;

/** What a viewer asks to read. */
export class Reading {
  readonly #context: RequestContext;
  /** `performance.now()` from which on an answer without news may be given. */
  #emptyFrom = 0;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async metadata({ body, answer }: ViewerRequest): Promise<void> {
    const { log, bodies, role, topics } = this.#context;
    const { topics: names, allowAutoTopicCreation } = bodies.metadata(body);
    const asked = names?.filter((topic) => topics.allows(topic));
    // A reader creates nothing.
    const options = role === "read" ? {} : { allowAutoTopicCreation };
    const found = asked?.length === 0 ? [] : await log.metadata(asked, options);
    const shown = found.filter((topic) => topics.shows(topic));
    const isShown = new Set(shown.map(({ topic }) => topic));
    const refused = names?.filter((topic) => !isShown.has(topic)) ?? [];
    await answer({
      topics: [...shown.map(topicBody), ...refused.map((topic) => ({ topic, ...forbidden }))],
    } satisfies MetadataAnswer);
  }

  async listOffsets({ body, answer }: ViewerRequest): Promise<void> {
    const { log, bodies, requests, topics } = this.#context;
    const { leader, queries } = bodies.listOffsets(body);
    // The log looks for each time, so each counts as a request.
    requests.take(queries.filter(({ at }) => typeof at === "object").length);
    const ask = async (allowed: readonly OffsetQuery[]): Promise<ListOffsetsAnswer["offsets"]> =>
      (await log.listOffsets(allowed)).map(offsetBody);
    const offsets = await askAllowed(queries, ({ topic }) => refusal(topics, topic, leader), ask);
    await answer({ offsets } satisfies ListOffsetsAnswer);
  }

  async fetch({ body, signal, answer }: ViewerRequest): Promise<void> {
    const { log, bodies, topics, sender, bytes, oldBytes } = this.#context;
    const asked = bodies.fetch(body);
    const allowed: number[] = [];
    const wanted: FetchQuery[] = [];
    const refused: FetchAnswer["fetched"][number][] = [];
    for (const [index, query] of asked.wanted.entries()) {
      const why = refusal(topics, query.topic, asked.leader);
      if (why !== undefined) {
        refused.push({ index, ...why });
        continue;
      }
      allowed.push(index);
      wanted.push(query);
    }
    const oldReads = {
      allow: () => oldBytes.ready(signal),
      read: (count: number) => oldBytes.take(count),
    };
    // A partition that is refused is told at once.
    let maxWaitMs = refused.length > 0 ? 0 : asked.maxWaitMs;
    let found: SharedFetch[] = [];
    while (wanted.length > 0) {
      // Nothing is read for a viewer that has not taken what it was given before.
      if (sender.isBusy) await sender.idle();
      await bytes.ready(signal);
      if (signal.aborted) break;
      found = await log.fetch(wanted, this.#limits(asked, maxWaitMs), { signal, oldReads });
      const isNews = refused.length > 0 || found.some((one) => isNewsAt(one, wanted[one.index]?.offset));
      if (!isNews) await this.#emptyAnswer(signal);
      if (!sender.isBusy) break;
      // Another answer was quicker. Instead of holding this one as well, ask again when there is room for it.
      found = [];
      maxWaitMs = 0;
    }
    const fetched = found.map((one) => partitionBody(one, allowed[one.index] ?? 0));
    const records = found.flatMap((one) => (one.error === undefined ? one.records.chunks : []));
    await answer({ fetched: [...fetched, ...refused] } satisfies FetchAnswer, records);
  }

  /** What was asked for, as far as the gateway allows it and the line takes it between two signs of life. */
  #limits({ minBytes, maxBytes, maxBytesPerPartition, latest }: FetchBody, maxWaitMs: number): FetchLimits {
    const { limits, metrics, sender } = this.#context;
    const isFull = metrics.bufferedBytes >= limits.bufferedBytes;
    const most = isFull ? smallAnswerBytes : Math.min(limits.answerBytes, sender.bytesWithin(limits.heartbeatMs / 2));
    return {
      maxWaitMs: Math.min(maxWaitMs, limits.maxWaitMs),
      minBytes: Math.min(minBytes, maxBytes, most),
      maxBytes: Math.min(maxBytes, most),
      maxBytesPerPartition: Math.min(maxBytesPerPartition, most),
      latest,
    };
  }

  async #emptyAnswer(signal: AbortSignal): Promise<void> {
    await pause(Math.max(0, this.#emptyFrom - performance.now()), signal);
    this.#emptyFrom = performance.now() + emptyAnswerMs;
  }
}

function isNewsAt(found: SharedFetch, offset: bigint | undefined): boolean {
  return found.error !== undefined || found.records.count > 0 || found.nextOffset !== offset;
}

/** A topic without what is known of brokers. */
function topicBody(found: TopicMetadata): MetadataAnswer["topics"][number] {
  if (found.error !== undefined) return { topic: found.topic, ...errorBody(found.error) };
  const { topic, topicId, isInternal, partitions } = found;
  return {
    topic,
    topicId,
    isInternal,
    partitions: partitions.map(({ partition, leader, error }) => ({
      partition,
      leader: leader < 0 ? -1 : gatewayLeader,
      ...(error === undefined ? {} : errorBody(error)),
    })),
  };
}

function offsetBody(found: OffsetResult): ListOffsetsAnswer["offsets"][number] {
  return found.error === undefined ? { offset: `${found.offset}` } : errorBody(found.error);
}

function partitionBody(found: SharedFetch, index: number): FetchAnswer["fetched"][number] {
  if (found.error !== undefined) return { index, ...errorBody(found.error) };
  const { records, nextOffset, highWatermark, skipped } = found;
  return {
    index,
    count: records.count,
    bytes: records.bytes,
    nextOffset: `${nextOffset}`,
    highWatermark: `${highWatermark}`,
    ...(skipped > 0 ? { skipped } : {}),
  };
}
