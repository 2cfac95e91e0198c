import { kafkaError } from "@dataqueues/core";
import type {
  AdminConnection,
  AlterConfigsOptions,
  ConfigEntry,
  DeletedRecords,
  LogDirQuery,
  LogDirSize,
  NewConfigs,
  NewPartitions,
  NewTopic,
  RecordsToDelete,
  TopicConfigs,
  TopicResult,
  TransportError,
  TransportErrorCode,
} from "@dataqueues/core";

import { badAnswer, count, fields, int64, itemError, list, text } from "./answer-fields.ts";
import type { Fields } from "./answer-fields.ts";
import { GatewayOffsetsConnection, next, place } from "./gateway-connection.ts";
import type { AdminRequest } from "./protocol/bodies.ts";
import { frameTypes } from "./protocol/frame-types.ts";

/** A connection that changes topics through a gateway. */
export class WebSocketAdminConnection extends GatewayOffsetsConnection implements AdminConnection {
  async createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    return this.#changePartitions("createTopics", specs, ({ topic, partitions, replicationFactor, configs }) => {
      return { topic, partitions, replicationFactor, configs };
    });
  }

  async createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    return this.#changePartitions("createPartitions", specs, ({ topic, partitions }) => ({ topic, partitions }));
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    return this.#ask("deleteTopics", topics, (topic) => topic, topicResult);
  }

  deleteRecords(leader: number, specs: readonly RecordsToDelete[]): Promise<DeletedRecords[]> {
    const specOf = ({ topic, partition, beforeOffset }: RecordsToDelete): object => ({
      topic,
      partition,
      beforeOffset: String(beforeOffset),
    });
    const read = (item: Fields, { topic, partition }: RecordsToDelete): DeletedRecords => {
      const error = itemError(item, place(topic, partition), { topic, partition });
      if (error !== undefined) return { topic, partition, error };
      return { topic, partition, lowWatermark: int64(item["lowWatermark"], "lowWatermark") };
    };
    return this.#ask("deleteRecords", specs, specOf, read, { leader });
  }

  describeConfigs(topics: readonly string[]): Promise<TopicConfigs[]> {
    const read = (item: Fields, topic: string): TopicConfigs => {
      const error = itemError(item, topic, { topic });
      if (error !== undefined) return { topic, error };
      const configs = Object.entries(fields(item["configs"], "configs"));
      return { topic, configs: Object.fromEntries(configs.map(([name, entry]) => [name, configEntry(entry)])) };
    };
    return this.#ask("describeConfigs", topics, (topic) => topic, read);
  }

  alterConfigs(specs: readonly NewConfigs[], options: AlterConfigsOptions = {}): Promise<TopicResult[]> {
    const { validateOnly } = options;
    const read = (item: Fields, { topic }: NewConfigs): TopicResult => topicResult(item, topic);
    return this.#ask("alterConfigs", specs, ({ topic, configs }) => ({ topic, configs }), read, { validateOnly });
  }

  describeLogDirs(leader: number, partitions: readonly LogDirQuery[]): Promise<LogDirSize[]> {
    const read = (item: Fields, { topic, partition }: LogDirQuery): LogDirSize => {
      const error = itemError(item, place(topic, partition), { topic, partition });
      if (error !== undefined) return { topic, partition, error };
      return { topic, partition, size: count(item["size"], "size") };
    };
    const specOf = ({ topic, partition }: LogDirQuery): object => ({ topic, partition });
    return this.#ask("describeLogDirs", partitions, specOf, read, { leader });
  }

  /** Counts that no log takes, which callers without a compiler may give, are refused here: a gateway would refuse all specs. */
  async #changePartitions<Spec extends NewTopic>(
    request: AdminRequest["request"],
    specs: readonly Spec[],
    specOf: (spec: Spec) => NewTopic,
  ): Promise<TopicResult[]> {
    const checked = specs.map((spec) => ({ spec, error: badCount(spec) }));
    const good = checked.filter(({ error }) => error === undefined).map(({ spec }) => spec);
    const read = (item: Fields, { topic }: Spec): TopicResult => topicResult(item, topic);
    const results = (await this.#ask(request, good, specOf, read)).values();
    return checked.map(({ spec: { topic }, error }) => (error === undefined ? next(results) : { topic, error }));
  }

  /** Asks for a list; `read` reads the result of one entry. */
  #ask<Spec, Result>(
    request: AdminRequest["request"],
    specs: readonly Spec[],
    specOf: (spec: Spec) => unknown,
    read: (item: Fields, spec: Spec) => Result,
    more: Partial<AdminRequest> = {},
  ): Promise<Result[]> {
    return this.askEach(
      request,
      specs,
      (part) => {
        const body: AdminRequest = { request, specs: part.map(specOf), ...more };
        return { type: frameTypes.admin, body };
      },
      ({ body }, part) => {
        const results = list(fields(body, "an answer")["results"], "results", part.length);
        return part.map((spec, at) => read(results[at] ?? {}, spec));
      },
    );
  }
}

function badCount({ topic, partitions, replicationFactor }: NewTopic): TransportError | undefined {
  const refused = (code: TransportErrorCode, count: number): TransportError =>
    kafkaError(code, topic, { topic, why: `${count} is no count` });
  if (partitions !== undefined && !isCount(partitions)) return refused("INVALID_PARTITIONS", partitions);
  if (replicationFactor === undefined || isCount(replicationFactor)) return undefined;
  return refused("INVALID_REPLICATION_FACTOR", replicationFactor);
}

function isCount(number: unknown): boolean {
  return typeof number === "number" && Number.isInteger(number) && number >= 0 && number < 2 ** 31;
}

function topicResult(item: Fields, topic: string): TopicResult {
  const error = itemError(item, topic, { topic });
  return error === undefined ? { topic } : { topic, error };
}

function configEntry(value: unknown): ConfigEntry {
  const entry = fields(value, "a setting");
  const { isDefault, isSensitive, isReadOnly, source } = entry;
  if (typeof isDefault !== "boolean" || typeof isSensitive !== "boolean" || typeof isReadOnly !== "boolean") {
    throw badAnswer("isDefault, isSensitive or isReadOnly is neither true nor false");
  }
  return {
    value: entry["value"] === null ? null : text(entry["value"], "value"),
    source: isConfigSource(source) ? source : "UNKNOWN",
    isDefault,
    isSensitive,
    isReadOnly,
  };
}

const configSources: readonly unknown[] = [
  "DYNAMIC_TOPIC_CONFIG",
  "DYNAMIC_BROKER_CONFIG",
  "DYNAMIC_DEFAULT_BROKER_CONFIG",
  "STATIC_BROKER_CONFIG",
  "DEFAULT_CONFIG",
] satisfies ConfigEntry["source"][];

function isConfigSource(value: unknown): value is ConfigEntry["source"] {
  return configSources.includes(value);
}
