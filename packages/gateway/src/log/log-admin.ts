import { kafkaError, TransportError, UnsupportedError } from "@dataqueues/core";
import type {
  AdminConnection,
  DeletedRecords,
  LogDirQuery,
  LogDirSize,
  NewConfigs,
  NewPartitions,
  NewTopic,
  RecordsToDelete,
} from "@dataqueues/core";
import type { AdminAnswer, AdminRequest } from "@dataqueues/transport-websocket";

import { askLeaders } from "./leader-requests.ts";
import type { LogClient } from "./log-client.ts";
import type { MetadataCache } from "./metadata-cache.ts";

/** A record deletion as JSON has it. */
interface JsonRecordsToDelete {
  readonly topic: string;
  readonly partition: number;
  readonly beforeOffset: string;
}

/**
 * Carries out a request of an admin; one result for each spec, in the same order, as JSON has them: errors as their codes, offsets
 * as decimal text.
 *
 * @throws UnsupportedError for what the log cannot do
 */
export async function carryOut(
  client: LogClient<"admin">,
  metadata: MetadataCache,
  request: AdminRequest,
): Promise<AdminAnswer["results"]> {
  const results = await resultsOf(client, metadata, request);
  // Whoever looks only leaves topics as they are.
  if (!request.request.startsWith("describe")) for (const { topic } of results) metadata.expire(topic);
  return results.map(asJson);
}

function resultsOf(
  client: LogClient<"admin">,
  metadata: MetadataCache,
  request: AdminRequest,
): Promise<readonly { readonly topic: string }[]> {
  if (request.request === "deleteRecords") {
    return deleteRecords(client, metadata, request.specs as readonly JsonRecordsToDelete[]);
  }
  if (request.request === "describeLogDirs") {
    return describeLogDirs(client, metadata, request.specs as readonly LogDirQuery[]);
  }
  return client.request(request.request, (connection) => ask(connection, request));
}

/** Requests that any node answers. The gateway checks the specs before, so that they are what their request wants. */
function ask(
  connection: AdminConnection,
  { request, specs, validateOnly }: AdminRequest,
): Promise<readonly { readonly topic: string }[]> {
  if (request === "createTopics") return connection.createTopics(specs as readonly NewTopic[]);
  if (request === "createPartitions") return connection.createPartitions(specs as readonly NewPartitions[]);
  if (request === "deleteTopics") return connection.deleteTopics(specs as readonly string[]);
  if (request === "describeConfigs") {
    return connection.describeConfigs?.(specs as readonly string[]) ?? unsupported("show settings");
  }
  return connection.alterConfigs?.(specs as readonly NewConfigs[], { validateOnly }) ?? unsupported("change settings");
}

function deleteRecords(
  client: LogClient<"admin">,
  metadata: MetadataCache,
  specs: readonly JsonRecordsToDelete[],
): Promise<DeletedRecords[]> {
  const wanted = specs.map(({ topic, partition, beforeOffset }): RecordsToDelete => {
    return { topic, partition, beforeOffset: beforeOffset === "latest" ? beforeOffset : BigInt(beforeOffset) };
  });
  return askLeaders<RecordsToDelete, DeletedRecords>(metadata, wanted, {
    ask: (leader, items) =>
      client.request(
        "deleteRecords",
        (connection) => connection.deleteRecords?.(leader, items) ?? unsupported("delete records"),
      ),
    failed: ({ topic, partition }, error) => ({ topic, partition, error }),
    errorOf: ({ error }) => error,
    pause: (ms) => client.pause(ms),
  });
}

function describeLogDirs(
  client: LogClient<"admin">,
  metadata: MetadataCache,
  wanted: readonly LogDirQuery[],
): Promise<LogDirSize[]> {
  return askLeaders<LogDirQuery, LogDirSize>(metadata, wanted, {
    ask: (leader, items) =>
      client.request(
        "describeLogDirs",
        (connection) => connection.describeLogDirs?.(leader, items) ?? unsupported("tell the sizes of topics"),
      ),
    failed: ({ topic, partition }, error) => ({ topic, partition, error }),
    errorOf: ({ error }) => error,
    pause: (ms) => client.pause(ms),
  });
}

async function unsupported(what: string): Promise<never> {
  throw new UnsupportedError(`the log cannot ${what}`);
}

function asJson(result: object): object {
  const entries = Object.entries(result).map(([name, value]: [string, unknown]) => {
    if (typeof value === "bigint") return [name, String(value)];
    if (name !== "error" || value === undefined) return [name, value];
    return [name, (value instanceof TransportError ? value : kafkaError("UNKNOWN_SERVER_ERROR", "admin")).code];
  });
  return Object.fromEntries(entries);
}
