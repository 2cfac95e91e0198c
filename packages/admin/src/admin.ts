import { ClosedError, NetworkClient, topicNames, TransportError } from "@dataqueues/core";
import type {
  OnEvent,
  PartitionMetadata,
  TopicMetadata,
  TopicResult,
  Transport,
  TransportErrorCode,
} from "@dataqueues/core";

import { adminSettings, checkCreateTopicsOptions } from "./admin-settings.ts";
import { planTopics } from "./topic-plan.ts";
import type { TopicPlan } from "./topic-plan.ts";

/** A topic by its name, or with the number of partitions that it must have at least. */
export type TopicRequest = string | readonly [topic: string, partitions: number];

/** Settings for topics that are created; what is left out is the log's default. */
export interface CreateTopicsOptions {
  readonly replicationFactor?: number | undefined;
  /** Topic settings by Kafka's names, e.g. `{ "retention.ms": "3600000" }`. */
  readonly configs?: Readonly<Record<string, string>> | undefined;
}

/** What became of one topic, and how many partitions it has now. */
export interface TopicOutcome {
  readonly topic: string;
  readonly outcome: "created" | "grown" | "unchanged";
  readonly partitions: number;
}

/** A topic and its partitions. */
export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly PartitionMetadata[];
}

/** How an admin works; times in whole milliseconds, `Infinity` for never. */
export interface AdminOptions {
  /** Within this time every call is settled: 30,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How long a connection may take, the first one or one to a node that is not reached any more: 15,000 by default. */
  readonly connectTimeoutMs?: number | undefined;
  /** The pause after a failed attempt to connect: 50 by default. It doubles with each failure and varies by a fifth. */
  readonly reconnectBackoffMs?: number | undefined;
  /** The longest of these pauses: 1,000 by default. */
  readonly reconnectBackoffMaxMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: OnEvent | undefined;
}

/** Metadata of a topic that exists. */
type FoundTopic = Extract<TopicMetadata, { readonly error?: undefined }>;

/** What another admin, or this one before an answer got lost, may have done meanwhile: look again. */
const races: ReadonlySet<string> = new Set(["TOPIC_ALREADY_EXISTS", "INVALID_PARTITIONS"]);

/** How it shows that a node cannot be reached. */
const silences: ReadonlySet<string> = new Set(["NETWORK_EXCEPTION", "REQUEST_TIMED_OUT"]);

/**
 * Creates, lists, describes and deletes topics. Connects on first use.
 *
 * @example
 * ```ts
 * const admin = new DataQueueAdmin(transport);
 * await admin.createTopics(["pointing", ["amplitude", 6]]);
 * await admin.close();
 * ```
 */
export class DataQueueAdmin {
  readonly #client: NetworkClient<"admin">;
  readonly #timeoutMs: number;
  readonly #connectTimeoutMs: number;

  constructor(transport: Transport, options: AdminOptions = {}) {
    const settings = adminSettings(options);
    const { timeoutMs, connectTimeoutMs } = settings;
    const { onEvent, signal } = options;
    this.#timeoutMs = timeoutMs;
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#client = new NetworkClient(transport, "admin", { ...settings, requestTimeoutMs: timeoutMs, onEvent });
    if (signal?.aborted) this.#client.close(signal.reason);
    else signal?.addEventListener("abort", () => this.#client.close(signal.reason), { signal: this.#client.signal });
  }

  /** Connects before the first call does. */
  async connect(): Promise<void> {
    await this.#client.connect();
  }

  /**
   * Sees to it that topics exist, with at least so many partitions each: creates what is missing, grows what is too
   * small, leaves the rest as it is. Safe to repeat, and to run from several places at once. When it resolves, all
   * partitions can be written and read.
   *
   * @param topics - each by its name or with its partitions; a single text is one topic
   * @returns one outcome for each topic, in the order asked for
   * @throws DataQueueError `INVALID_PARTITIONS` for a minimum that is no positive integer, `INVALID_ARGUMENT` for what is
   *   no topic or setting; then nothing was done
   * @throws TransportError naming the topic that could not be had; the others are seen to all the same
   */
  async createTopics(
    topics: string | Iterable<TopicRequest>,
    options: CreateTopicsOptions = {},
  ): Promise<TopicOutcome[]> {
    const plan = planTopics(topics);
    checkCreateTopicsOptions(options);
    const done = new Map<string, TopicOutcome["outcome"]>();
    const refused = new Map<string, TransportError>();
    const found = await this.#until(`topics ${[...plan.keys()].join(", ")}`, async () => {
      const described = await this.#describe(
        [...plan.keys()].filter((topic) => !refused.has(topic)),
        (topic, error) => refused.set(topic, refusal("create", topic, error)),
      );
      const open = new Map([...plan].filter(([topic]) => !refused.has(topic)));
      if (open.size === described.length && described.every((topic) => isReady(topic, plan))) return described;
      await this.#create(open, described, options, done, refused);
      await this.#grow(open, described, done, refused);
      return undefined;
    });
    const [first] = refused.values();
    if (first !== undefined) throw first;
    const order = [...plan.keys()];
    return found
      .map(({ topic, partitions }): TopicOutcome => {
        return { topic, outcome: done.get(topic) ?? "unchanged", partitions: partitions.length };
      })
      .sort((one, other) => order.indexOf(one.topic) - order.indexOf(other.topic));
  }

  /** The names of all topics, sorted. */
  async listTopics(): Promise<string[]> {
    const topics = await this.#until("the list of topics", () =>
      this.#client.requestOrReconnect("metadata", (one) => one.metadata()),
    );
    return topics.map(({ topic }) => topic).sort();
  }

  /**
   * Partitions, leaders and replicas of topics, in the order asked for.
   *
   * @throws TransportError `UNKNOWN_TOPIC_OR_PARTITION` naming a topic that does not exist
   */
  async describeTopics(topics: string | Iterable<string>): Promise<TopicDescription[]> {
    const asked = topicNames("topics", topics);
    const found = await this.#until(`a description of ${asked.join(", ")}`, () => this.#ask(asked));
    return asked.map((topic) => {
      const answer = found.find((one) => one.topic === topic);
      if (answer?.partitions === undefined) throw refusal("describe", topic, answer?.error);
      return { topic, partitions: answer.partitions };
    });
  }

  /**
   * Deletes topics with all their records; those that do not exist are passed over.
   *
   * @returns the topics that were there and are gone now
   */
  async deleteTopics(topics: string | Iterable<string>): Promise<string[]> {
    const asked = [...new Set(topicNames("topics", topics))];
    const deleted = new Set<string>();
    /** Of the topics that were there, by whose answer ever they are gone. */
    const ids = new Map<string, string | undefined>();
    await this.#until(`the deletion of ${asked.join(", ")}`, async () => {
      const found = await this.#describe(asked, (topic, error) => {
        throw refusal("delete", topic, error);
      });
      // A topic that was made again meanwhile, for a producer say, has another id: it is not what was to be deleted.
      const present = found.filter(({ topic, topicId }) => !deleted.has(topic) || ids.get(topic) === topicId);
      for (const { topic, topicId } of present) ids.set(topic, topicId);
      if (present.length === 0) return true;
      for (const { topic, error } of await this.#client.requestOrReconnect("deleteTopics", (one) =>
        one.deleteTopics(present.map(({ topic }) => topic)),
      )) {
        if (error === undefined) deleted.add(topic);
        else if (!error.retriable) throw refusal("delete", topic, error);
      }
      return undefined;
    });
    return asked.filter((topic) => ids.has(topic));
  }

  /** Disconnects at once; calls that wait for an answer reject with a {@link ClosedError}. Safe to call again. */
  async close(): Promise<void> {
    this.#client.close(new ClosedError("the admin is closed"));
  }

  /** Closes at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #create(
    plan: TopicPlan,
    found: readonly FoundTopic[],
    options: CreateTopicsOptions,
    done: Map<string, TopicOutcome["outcome"]>,
    refused: Map<string, TransportError>,
  ): Promise<void> {
    const missing = [...plan].filter(([topic]) => !found.some((one) => one.topic === topic));
    if (missing.length === 0) return;
    const specs = missing.map(([topic, partitions]) => ({ ...options, topic, partitions }));
    const outcomes = await this.#client.requestOrReconnect("createTopics", (one) => one.createTopics(specs));
    note(outcomes, "created", done, refused);
  }

  async #grow(
    plan: TopicPlan,
    found: readonly FoundTopic[],
    done: Map<string, TopicOutcome["outcome"]>,
    refused: Map<string, TransportError>,
  ): Promise<void> {
    const specs = found.flatMap(({ topic, partitions }) => {
      const least = plan.get(topic) ?? 0;
      return partitions.length < least ? [{ topic, partitions: least }] : [];
    });
    if (specs.length === 0) return;
    note(
      await this.#client.requestOrReconnect("createPartitions", (one) => one.createPartitions(specs)),
      "grown",
      done,
      refused,
    );
  }

  /** The topics among these that exist; tells of those that the log refuses for good. */
  async #describe(
    topics: readonly string[],
    onRefused: (topic: string, error: TransportError) => void,
  ): Promise<FoundTopic[]> {
    const answers = await this.#ask(topics);
    for (const { topic, error } of answers)
      if (error !== undefined && error.code !== "UNKNOWN_TOPIC_OR_PARTITION") onRefused(topic, error);
    return answers.filter((answer) => answer.error === undefined);
  }

  /** What the log says of these topics, also that one is refused or does not exist; an error that passes rejects. */
  async #ask(topics: readonly string[]): Promise<TopicMetadata[]> {
    if (topics.length === 0) return [];
    const answers = await this.#client.requestOrReconnect("metadata", (one) => one.metadata(topics));
    const passing = answers.find(({ error }) => error?.retriable && error.code !== "UNKNOWN_TOPIC_OR_PARTITION");
    if (passing?.error !== undefined) throw refusal("describe", passing.topic, passing.error);
    return answers;
  }

  /** Tries until there is an answer, over errors that pass by themselves. */
  async #until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    const start = performance.now();
    /** Since when no node could be reached, while none can. */
    let outOfReach: number | undefined;
    let last: TransportError | undefined;
    for (let waitMs = 10; ; waitMs = Math.min(500, waitMs * 2)) {
      const tried = performance.now();
      try {
        const answer = await attempt();
        if (answer !== undefined) return answer;
        outOfReach = undefined;
      } catch (error) {
        if (!this.#client.reached || !(error instanceof TransportError && error.retriable)) throw error;
        last = error;
        outOfReach = silences.has(error.code) ? (outOfReach ?? tried) : undefined;
      }
      const next = performance.now() + waitMs;
      if (next >= start + this.#timeoutMs) throw late(what, "REQUEST_TIMED_OUT", this.#timeoutMs, last);
      if (outOfReach !== undefined && next >= outOfReach + this.#connectTimeoutMs) {
        throw late(what, "NETWORK_EXCEPTION", this.#connectTimeoutMs, last);
      }
      await this.#client.pause(waitMs);
    }
  }
}

function isReady({ topic, partitions }: FoundTopic, plan: TopicPlan): boolean {
  const led = partitions.filter(({ leader, error }) => leader >= 0 && error === undefined);
  return led.length === partitions.length && led.length >= (plan.get(topic) ?? 1);
}

function note(
  outcomes: readonly TopicResult[],
  outcome: TopicOutcome["outcome"],
  done: Map<string, TopicOutcome["outcome"]>,
  refused: Map<string, TransportError>,
): void {
  for (const { topic, error } of outcomes) {
    if (error === undefined) done.set(topic, done.get(topic) ?? outcome);
    else if (!error.retriable && !races.has(error.code)) {
      refused.set(topic, refusal(outcome === "created" ? "create" : "grow", topic, error));
    }
  }
}

function late(what: string, code: TransportErrorCode, ms: number, last: TransportError | undefined): TransportError {
  const reason = last === undefined ? "" : `: ${last.message}`;
  return new TransportError(`${what}: not settled within ${ms} ms${reason}`, { code, retriable: true, cause: last });
}

function refusal(what: string, topic: string, error: TransportError | undefined): TransportError {
  const reason = error?.message ?? "the log did not answer for it";
  const { code = "UNKNOWN_SERVER_ERROR", retriable = false } = error ?? {};
  return new TransportError(`cannot ${what} topic ${topic}: ${reason}`, { code, retriable, topic, cause: error });
}
