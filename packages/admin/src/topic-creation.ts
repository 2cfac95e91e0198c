import { checkNumber, checkObject, invalidArgument } from "@dataqueues/core";
import type { NetworkClient, TopicResult, TransportError, TransportErrorCode } from "@dataqueues/core";

import { findTopics, topicError } from "./topic-metadata.ts";
import type { FoundTopic } from "./topic-metadata.ts";
import type { TopicPlan } from "./topic-plan.ts";

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

/** The most replicas that a request can ask for. */
const mostReplicas = 2 ** 15 - 1;

/** Another admin, or an attempt whose response was lost, may have done it already: the next attempt finds out. */
const alreadyDone: ReadonlySet<TransportErrorCode> = new Set(["TOPIC_ALREADY_EXISTS", "INVALID_PARTITIONS"]);

/** Throws a `DataQueueError` `INVALID_ARGUMENT` that names the setting which makes no sense. */
export function checkCreateTopicsOptions(options: CreateTopicsOptions): void {
  checkObject("options", options);
  const { replicationFactor, configs } = options;
  if (replicationFactor !== undefined) {
    checkNumber("replicationFactor", replicationFactor, { least: 1, most: mostReplicas });
  }
  if (configs === undefined) return;
  checkObject("configs", configs);
  for (const [name, value] of Object.entries<unknown>(configs)) {
    if (typeof value !== "string") throw invalidArgument(`configs[${JSON.stringify(name)}]`, "a text", value);
  }
}

/** Makes topics be as a plan says, by attempts: each looks at the topics first, then creates and grows what it must. */
export class TopicCreation {
  readonly #client: NetworkClient<"admin">;
  readonly #plan: TopicPlan;
  readonly #options: CreateTopicsOptions;
  /** What this creation has done so far; a topic that was created and then grown was created. */
  readonly #outcomes = new Map<string, TopicOutcome["outcome"]>();
  /** The topics that the log refuses; they are not tried again. */
  readonly #refused = new Map<string, TransportError>();

  constructor(client: NetworkClient<"admin">, plan: TopicPlan, options: CreateTopicsOptions) {
    this.#client = client;
    this.#plan = plan;
    this.#options = options;
  }

  /**
   * Gives what became of each topic, in the plan's order, once the log shows all of them as planned; undefined before.
   *
   * @throws TransportError of the first topic that the log refuses, once all the others are as planned
   */
  async attempt(): Promise<TopicOutcome[] | undefined> {
    const { found, refused } = await findTopics(this.#client, this.#wanted());
    for (const { topic, error } of refused) this.#refused.set(topic, topicError("create", topic, error));
    const wanted = this.#wanted();
    if (wanted.length === found.length && found.every((topic) => this.#isReady(topic))) return this.#result(found);
    await this.#create(wanted.filter((topic) => !found.some((one) => one.topic === topic)));
    await this.#grow(found);
    return undefined;
  }

  /** The topics that are not refused. */
  #wanted(): string[] {
    return [...this.#plan.keys()].filter((topic) => !this.#refused.has(topic));
  }

  #isReady({ topic, partitions }: FoundTopic): boolean {
    const ready = partitions.filter(({ leader, error }) => leader >= 0 && error === undefined);
    return ready.length === partitions.length && ready.length >= (this.#plan.get(topic) ?? 1);
  }

  #result(found: readonly FoundTopic[]): TopicOutcome[] {
    const [refused] = this.#refused.values();
    if (refused !== undefined) throw refused;
    const order = [...this.#plan.keys()];
    return found
      .map(({ topic, partitions }): TopicOutcome => {
        return { topic, outcome: this.#outcomes.get(topic) ?? "unchanged", partitions: partitions.length };
      })
      .sort((one, other) => order.indexOf(one.topic) - order.indexOf(other.topic));
  }

  async #create(missing: readonly string[]): Promise<void> {
    if (missing.length === 0) return;
    const specs = missing.map((topic) => ({ ...this.#options, topic, partitions: this.#plan.get(topic) }));
    const results = await this.#client.requestOrReconnect("createTopics", (one) => one.createTopics(specs));
    this.#note(results, "create", "created");
  }

  async #grow(found: readonly FoundTopic[]): Promise<void> {
    const specs = found.flatMap(({ topic, partitions }) => {
      const least = this.#plan.get(topic) ?? 0;
      return partitions.length < least ? [{ topic, partitions: least }] : [];
    });
    if (specs.length === 0) return;
    const results = await this.#client.requestOrReconnect("createPartitions", (one) => one.createPartitions(specs));
    this.#note(results, "grow", "grown");
  }

  #note(results: readonly TopicResult[], action: "create" | "grow", outcome: "created" | "grown"): void {
    for (const { topic, error } of results) {
      if (error === undefined) this.#outcomes.set(topic, this.#outcomes.get(topic) ?? outcome);
      else if (!error.retriable && !alreadyDone.has(error.code)) {
        this.#refused.set(topic, topicError(action, topic, error));
      }
    }
  }
}
