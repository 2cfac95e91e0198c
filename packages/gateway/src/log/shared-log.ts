import { ClosedError } from "@dataqueues/core";
import type {
  FetchLimits,
  FetchQuery,
  MetadataOptions,
  OffsetQuery,
  OffsetResult,
  ProduceBatch,
  ProduceOptions,
  ProducerIdAndEpoch,
  ProduceResult,
  TopicMetadata,
  Transport,
} from "@dataqueues/core";
import type { AdminAnswer, AdminRequest } from "@dataqueues/transport-websocket";

import type { GatewayLog, LogCounters, SharedFetch, SharedFetchOptions } from "../gateway-log.ts";
import { askLeaders } from "./leader-requests.ts";
import { carryOut } from "./log-admin.ts";
import { LogClient, Reachability } from "./log-client.ts";
import { MetadataCache } from "./metadata-cache.ts";
import { OldReads } from "./old-reads.ts";
import { SharedOffsets } from "./shared-offsets.ts";
import { sharedLogSettings } from "./shared-log-options.ts";
import type { SharedLogOptions, SharedLogSettings } from "./shared-log-options.ts";
import { Tails } from "./tails.ts";
import { ViewerFetch } from "./viewer-fetch.ts";
import type { ViewerFetchContext } from "./viewer-fetch.ts";

/** How long the log may go without a request before it is asked whether it is still there. */
const checkAfterMs = 5_000;

/**
 * The log of a gateway: feeds of what is watched, old reads, metadata and offsets, each on a connection of its own, so that no
 * kind of request waits behind another. Connections for writing and administration are opened when they are needed.
 */
export class SharedLog implements GatewayLog {
  readonly #transport: Transport;
  readonly #settings: SharedLogSettings & Pick<SharedLogOptions, "onEvent">;
  readonly #reachability = new Reachability();
  readonly #questions: LogClient<"read">;
  readonly #tailClient: LogClient<"read">;
  readonly #oldReadClient: LogClient<"read">;
  #writer: LogClient<"write"> | undefined;
  #admin: LogClient<"admin"> | undefined;
  readonly #metadata: MetadataCache;
  readonly #offsets: SharedOffsets;
  readonly #tails: Tails;
  readonly #oldReads: OldReads;
  readonly #viewerContext: ViewerFetchContext;
  readonly #counts = { upstreamBytes: 0, upstreamFetches: 0, oldReads: 0, cachedRecords: 0, skippedRecords: 0 };
  readonly #checking: ReturnType<typeof setInterval>;

  /** Begins to connect. Throws a `DataQueueError` `INVALID_ARGUMENT` that names the option which makes no sense. */
  constructor(transport: Transport, options: SharedLogOptions = {}) {
    const settings = sharedLogSettings(options);
    this.#transport = transport;
    this.#settings = { ...settings, onEvent: options.onEvent };
    this.#questions = this.#client("read");
    this.#tailClient = this.#client("read");
    this.#oldReadClient = this.#client("read");
    const { metadataMaxAgeMs, questionIntervalMs } = settings;
    this.#metadata = new MetadataCache(this.#questions, {
      maxAgeMs: metadataMaxAgeMs,
      intervalMs: questionIntervalMs,
      onChange: (topic, partition) => {
        this.#oldReads.forget(topic, partition);
        this.#tails.leaderChanged(topic, partition);
      },
    });
    this.#offsets = new SharedOffsets(this.#questions, this.#metadata, questionIntervalMs);
    this.#tails = new Tails({
      client: this.#tailClient,
      metadata: this.#metadata,
      settings,
      counts: this.#counts,
      onLost: (topic, partition) => this.#oldReads.forget(topic, partition),
    });
    this.#oldReads = new OldReads(
      this.#oldReadClient,
      this.#metadata,
      this.#offsets,
      settings.cacheBytesOldReads,
      this.#counts,
    );
    this.#viewerContext = {
      tails: this.#tails,
      oldReads: this.#oldReads,
      requestTimeoutMs: settings.requestTimeoutMs,
      closed: this.#questions.signal,
    };
    this.#checking = setInterval(() => this.#check(), checkAfterMs);
    this.#check();
  }

  get isReachable(): boolean {
    return this.#reachability.isReachable;
  }

  get counters(): LogCounters {
    const cachedBytes = this.#tails.sizeBytes + this.#oldReads.sizeBytes;
    return { ...this.#counts, cachedBytes, feeds: this.#tails.size };
  }

  metadata(topics: readonly string[] | undefined, options?: MetadataOptions): Promise<TopicMetadata[]> {
    return this.#metadata.metadata(topics, options);
  }

  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return this.#offsets.listOffsets(queries);
  }

  async fetch(wanted: readonly FetchQuery[], limits: FetchLimits, options: SharedFetchOptions): Promise<SharedFetch[]> {
    const { fetched, cachedRecords } = await new ViewerFetch(this.#viewerContext, wanted, limits, options).run();
    this.#counts.cachedRecords += cachedRecords;
    for (const one of fetched) if (one.error === undefined) this.#counts.skippedRecords += one.skipped;
    return fetched;
  }

  async produce(batches: readonly ProduceBatch[], options: ProduceOptions): Promise<ProduceResult[]> {
    const client = this.#openWriter();
    const timeoutMs = Math.max(this.#settings.requestTimeoutMs, options.timeoutMs);
    return askLeaders<ProduceBatch, ProduceResult>(this.#metadata, batches, {
      ask: (leader, items) =>
        client.request("produce", (connection) => connection.produce(leader, items, options), timeoutMs),
      failed: ({ topic, partition }, error) => ({ topic, partition, error }),
      errorOf: ({ error }) => error,
    });
  }

  async initProducerId(): Promise<ProducerIdAndEpoch> {
    return this.#openWriter().requestOrReconnect("initProducerId", (connection) => connection.initProducerId());
  }

  async admin(request: AdminRequest): Promise<AdminAnswer["results"]> {
    this.#questions.signal.throwIfAborted();
    this.#admin ??= this.#client("admin");
    return carryOut(this.#admin, this.#metadata, request);
  }

  close(): void {
    clearInterval(this.#checking);
    const reason = new ClosedError("the gateway is closed");
    const clients = [this.#questions, this.#tailClient, this.#oldReadClient, this.#writer, this.#admin];
    for (const client of clients) client?.close(reason);
  }

  #openWriter(): LogClient<"write"> {
    this.#questions.signal.throwIfAborted();
    return (this.#writer ??= this.#client("write"));
  }

  #client<R extends "read" | "write" | "admin">(role: R): LogClient<R> {
    return new LogClient(this.#transport, role, this.#settings, this.#reachability);
  }

  /** Finds out whether the log is there, where no viewer does. */
  #check(): void {
    if (this.#reachability.isToldWithin(checkAfterMs)) return;
    this.#questions.requestOrReconnect("metadata", (connection) => connection.metadata([])).catch(() => undefined);
  }
}
