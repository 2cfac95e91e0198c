import { kafkaError } from "@dataqueues/core";
import type {
  BaseConnection,
  MetadataOptions,
  OffsetQuery,
  OffsetResult,
  OffsetsConnection,
  PartitionMetadata,
  TopicMetadata,
} from "@dataqueues/core";

import { badAnswer, count, fields, int64, itemError, list, text } from "./answer-fields.ts";
import type { Fields } from "./answer-fields.ts";
import type { GatewaySession } from "./gateway-session.ts";
import type { ListOffsetsRequest, MetadataRequest } from "./protocol/bodies.ts";
import { frameTypes } from "./protocol/frame-types.ts";
import type { Frame } from "./protocol/frame.ts";
import type { RequestBody } from "./request-frames.ts";

/** What connections of every role do. */
export class GatewayConnection implements BaseConnection {
  protected readonly session: GatewaySession;

  constructor(session: GatewaySession) {
    this.session = session;
  }

  async metadata(topics?: readonly string[], options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    const { allowAutoTopicCreation } = options;
    const requestOf = (part?: readonly string[]): RequestBody => {
      const body: MetadataRequest = { topics: part, allowAutoTopicCreation };
      return { type: frameTypes.metadata, body };
    };
    if (topics === undefined) return this.session.ask({ ...requestOf(), name: "metadata", read: readMetadata }).answer;
    return this.askEach("metadata", topics, requestOf, readMetadata);
  }

  close(): void {
    this.session.close();
  }

  /** Asks for a list, in as many requests as the gateway's limits need, and puts the answers together. */
  protected async askEach<Item, Result>(
    name: string,
    items: readonly Item[],
    requestOf: (part: readonly Item[]) => RequestBody,
    read: (answer: Frame, part: readonly Item[]) => Result[],
  ): Promise<Result[]> {
    this.session.checkOpen(name);
    if (items.length === 0) return [];
    const parts = this.session.split(items, requestOf);
    const answers = parts.map(
      (part) => this.session.ask({ ...requestOf(part), name, read: (answer) => read(answer, part) }).answer,
    );
    return (await Promise.all(answers)).flat();
  }
}

/** What readers and admins have in common. */
export class GatewayOffsetsConnection extends GatewayConnection implements OffsetsConnection {
  async listOffsets(leader: number, queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    const requestOf = (part: readonly OffsetQuery[]): RequestBody => {
      const body: ListOffsetsRequest = {
        leader,
        queries: part.map(({ topic, partition, at }) => ({ topic, partition, at: wholeTime(at) })),
      };
      return { type: frameTypes.listOffsets, body };
    };
    const asked = queries.filter(({ at }) => !isNoTime(at));
    const results = (await this.askEach("listOffsets", asked, requestOf, readOffsets)).values();
    return queries.map(({ topic, partition, at }): OffsetResult => {
      if (!isNoTime(at)) return next(results);
      const why = "a time that is no number";
      const error = kafkaError("INVALID_REQUEST", place(topic, partition), { topic, partition, why });
      return { topic, partition, error };
    });
  }
}

/** The next of the results that a gateway gave; there are as many as were asked for. */
export function next<T>(results: Iterator<T>): T {
  const { done, value } = results.next();
  if (done === true) throw badAnswer("a result is missing");
  return value;
}

/** A partition, for errors. */
export function place(topic: string, partition: number): string {
  return `${topic}[${partition}]`;
}

function isNoTime(at: OffsetQuery["at"]): boolean {
  return typeof at === "object" && Number.isNaN(at.timestamp);
}

/** Times of records are whole, so the first record at or after 1.5 ms is that at or after 2 ms. */
function wholeTime(at: OffsetQuery["at"]): OffsetQuery["at"] {
  if (typeof at !== "object") return at;
  const { MAX_SAFE_INTEGER: most } = Number;
  return { timestamp: Math.min(most, Math.max(-most, Math.ceil(at.timestamp))) };
}

function readOffsets({ body }: Frame, queries: readonly OffsetQuery[]): OffsetResult[] {
  const offsets = list(fields(body, "an answer")["offsets"], "offsets", queries.length);
  return queries.map(({ topic, partition }, at) => {
    const item = offsets[at] ?? {};
    const error = itemError(item, place(topic, partition), { topic, partition });
    return error === undefined
      ? { topic, partition, offset: int64(item["offset"], "offset") }
      : { topic, partition, error };
  });
}

function readMetadata({ body }: Frame): TopicMetadata[] {
  return list(fields(body, "an answer")["topics"], "topics").map((item): TopicMetadata => {
    const topic = text(item["topic"], "topic");
    const error = itemError(item, topic, { topic });
    if (error !== undefined) return { topic, error };
    const partitions = list(item["partitions"], "partitions").map((each) => readPartition(topic, each));
    const { topicId, isInternal } = item;
    return {
      topic,
      ...(topicId === undefined ? {} : { topicId: text(topicId, "topicId") }),
      ...(isInternal === undefined ? {} : { isInternal: isInternal === true }),
      partitions,
    };
  });
}

function readPartition(topic: string, item: Fields): PartitionMetadata {
  const partition = count(item["partition"], "partition");
  const leader = count(item["leader"], "leader", -1);
  const error = itemError(item, place(topic, partition), { topic, partition });
  return error === undefined ? { partition, leader } : { partition, leader, error };
}
