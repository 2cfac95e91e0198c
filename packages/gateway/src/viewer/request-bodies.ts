import { kafkaError } from "@dataqueues/core";
import type { Acks, Compression, FetchLimits, FetchQuery, OffsetQuery, ProducerIdAndEpoch } from "@dataqueues/core";
import type { AdminRequest, MetadataRequest } from "@dataqueues/transport-websocket";
import * as z from "zod";

import type { ViewerRole } from "../access/authorize.ts";

/** The first frame of a client. */
export interface HelloBody {
  readonly role: ViewerRole;
  readonly token?: string | undefined;
}

export interface ListOffsetsBody {
  readonly leader: number;
  readonly queries: readonly OffsetQuery[];
}

export interface FetchBody extends FetchLimits {
  readonly leader: number;
  readonly wanted: readonly FetchQuery[];
}

/** A batch without its records, which follow the JSON. */
export interface BatchBody {
  readonly topic: string;
  readonly partition: number;
  readonly identity: ProducerIdAndEpoch | undefined;
  readonly baseSequence: number;
  readonly count: number;
  readonly bytes: number;
}

export interface ProduceBody {
  readonly leader: number;
  readonly acks: Acks;
  readonly timeoutMs: number;
  readonly compression: Compression;
  readonly batches: readonly BatchBody[];
}

/** A topic's name, or what an admin wants of one. */
export type AdminSpec = string | { readonly topic: string; readonly partition?: number | undefined };

export interface AdminBody extends AdminRequest {
  readonly specs: readonly AdminSpec[];
}

/** Read the bodies of requests; throw a `TransportError` `INVALID_REQUEST` that says what makes no sense, and where. */
export interface RequestBodies {
  readonly hello: (body: unknown) => HelloBody;
  readonly metadata: (body: unknown) => MetadataRequest;
  readonly listOffsets: (body: unknown) => ListOffsetsBody;
  readonly fetch: (body: unknown) => FetchBody;
  readonly produce: (body: unknown) => ProduceBody;
  readonly initProducerId: (body: unknown) => object;
  readonly admin: (body: unknown) => AdminBody;
}

/** @param most - the most entries of a list */
export function requestBodies(most: number): RequestBodies {
  const leader = z.int32();
  const int32 = z.int32().min(0);
  // Far more than a log has, and few enough to make.
  const partitions = z.int().min(0).max(10_000);
  const topic = z.string();
  const offset = z
    .string()
    .regex(/^\d{1,19}$/)
    .transform(BigInt)
    .refine((value) => value < 2n ** 63n);
  const place = { topic, partition: int32 };
  const list = <T extends z.ZodType>(entry: T): z.ZodArray<T> => z.array(entry).max(most);
  const specs = <T extends string, S extends z.ZodType>(request: T, spec: S, options: z.ZodRawShape = {}) =>
    z.strictObject({ request: z.literal(request), specs: list(spec), ...options });

  const batch = z
    .strictObject({
      ...place,
      producerId: offset.optional(),
      producerEpoch: z.int().min(0).max(32_767).optional(),
      baseSequence: int32,
      count: int32.min(1),
      bytes: int32.multipleOf(8),
    })
    .refine(({ producerId, producerEpoch }) => (producerId === undefined) === (producerEpoch === undefined))
    .transform(({ producerId, producerEpoch, ...fields }): BatchBody => {
      const identity =
        producerId === undefined || producerEpoch === undefined ? undefined : { producerId, producerEpoch };
      return { ...fields, identity };
    });

  return {
    hello: reader("HELLO", z.strictObject({ role: z.enum(["read", "write", "admin"]), token: z.string().optional() })),
    metadata: reader(
      "metadata",
      z.strictObject({ topics: list(topic).optional(), allowAutoTopicCreation: z.boolean().optional() }),
    ),
    listOffsets: reader(
      "listOffsets",
      z.strictObject({
        leader,
        queries: list(
          z.strictObject({
            ...place,
            // Kafka's protocol has other meanings for times before 1970.
            at: z.union([
              z.enum(["earliest", "latest"]),
              z.strictObject({ timestamp: z.int().transform((ms) => Math.max(0, ms)) }),
            ]),
          }),
        ),
      }),
    ),
    fetch: reader(
      "fetch",
      z.strictObject({
        leader,
        wanted: list(z.strictObject({ ...place, offset })).refine(areDistinct, "names a partition twice"),
        maxWaitMs: int32,
        minBytes: int32,
        maxBytes: int32,
        maxBytesPerPartition: int32,
        latest: z.enum(["partition", "key"]).optional(),
      }),
    ),
    produce: reader(
      "produce",
      z.strictObject({
        leader,
        acks: z.literal([-1, 0, 1]),
        timeoutMs: int32,
        compression: z.enum(["none", "gzip", "snappy", "lz4", "zstd"]),
        batches: list(batch),
      }),
    ),
    initProducerId: reader("initProducerId", z.strictObject({})),
    admin: reader(
      "admin",
      z.discriminatedUnion("request", [
        specs(
          "createTopics",
          z.strictObject({
            topic,
            partitions: partitions.optional(),
            replicationFactor: int32.optional(),
            configs: z.record(z.string(), z.string()).optional(),
          }),
        ),
        specs("createPartitions", z.strictObject({ topic, partitions })),
        specs("deleteTopics", topic),
        specs(
          "deleteRecords",
          z.strictObject({
            ...place,
            // The log gets it as text: see AdminRequest.
            beforeOffset: z.union([z.literal("latest"), offset.transform(String)]),
          }),
          { leader },
        ),
        specs("describeLogDirs", z.strictObject(place), { leader }),
        specs("describeConfigs", topic),
        specs("alterConfigs", z.strictObject({ topic, configs: z.record(z.string(), z.string().nullable()) }), {
          validateOnly: z.boolean().optional(),
        }),
      ]),
    ),
  };
}

function reader<T>(request: string, schema: z.ZodType<T>): (body: unknown) => T {
  return (body) => {
    const { data, error } = schema.safeParse(body);
    if (error === undefined) return data;
    const [issue] = error.issues;
    throw kafkaError("INVALID_REQUEST", request, { why: `${issue?.path.join(".")}: ${issue?.message}` });
  };
}

function areDistinct(wanted: readonly { readonly topic: string; readonly partition: number }[]): boolean {
  return new Set(wanted.map(({ topic, partition }) => JSON.stringify([topic, partition]))).size === wanted.length;
}
