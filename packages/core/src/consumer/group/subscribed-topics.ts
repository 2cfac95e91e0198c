import type { TransportError } from "../../contract/errors.ts";
import type { GroupConnection } from "../../contract/groups.ts";
import type { TopicMetadata } from "../../contract/transport.ts";
import type { NetworkClient } from "../../shared/network-client.ts";
import { Turns } from "../../shared/turns.ts";
import { Assignment } from "../assignment.ts";
import { MetadataRefresher } from "../metadata-refresher.ts";
import { isMissing } from "../subscription-state.ts";

/** What the topics of a member need. */
export interface SubscribedTopicsOptions {
  readonly client: NetworkClient<"group">;
  readonly maxAgeMs: number;
  readonly signal: AbortSignal;
  /** Whether a partition of a topic is read, so that whoever reads it reports that the topic is gone. */
  readonly isRead: (topic: string) => boolean;
  /** The topics, or how many partitions they have, are others than before. */
  readonly onChange: (change: { readonly names: boolean }) => void;
  /** Asking again succeeded, or failed. */
  readonly onRefresh: (failure: { readonly error: unknown; readonly since: number } | undefined) => void;
}

/**
 * The topics that a member of a group subscribes to: those that exist of a pattern, and how many partitions each has. A group whose
 * members share partitions among themselves has to be told when that changes.
 */
export class SubscribedTopics {
  readonly #options: SubscribedTopicsOptions;
  readonly #refresher: MetadataRefresher;
  #assignment: Assignment;
  #counts: ReadonlyMap<string, number> | undefined;
  /** How many partitions topics had when they were subscribed to: further ones are new. */
  readonly #firstCounts = new Map<string, number>();
  readonly #topicIds = new Map<string, string>();
  readonly #missing = new Set<string>();
  /** Whether metadata was asked for last without success. */
  #hasFailed = false;
  readonly #changes = new Turns();

  constructor(assignment: Assignment, options: SubscribedTopicsOptions) {
    const { client, maxAgeMs, signal, onRefresh } = options;
    this.#options = options;
    this.#assignment = assignment;
    this.#refresher = new MetadataRefresher({
      maxAgeMs,
      signal,
      isSettled: () => this.#missing.size === 0,
      refresh: () => this.#refresh(),
      onRefreshError: (error, attempt, since) => {
        client.onEvent({ type: "retry", request: "metadata", attempt, reason: error });
        onRefresh({ error, since });
      },
    });
  }

  /** The topics' names, sorted; of a pattern those that exist. */
  get names(): string[] {
    const { pattern, topics } = this.#assignment;
    return (pattern === undefined ? [...topics] : [...(this.#counts?.keys() ?? [])]).sort();
  }

  has(topic: string): boolean {
    return this.#assignment.hasTopic(topic);
  }

  /** Whether a partition did not exist when its topic was subscribed to: all its records are newer. */
  isNew(topic: string, partition: number): boolean {
    const first = this.#firstCounts.get(topic);
    return first !== undefined && partition >= first;
  }

  /** Asks about the topics for the first time, and then again and again. */
  async start(): Promise<void> {
    await this.#changes.take(() => (this.#counts === undefined ? this.#change(this.#assignment) : undefined));
  }

  /**
   * Subscribes to other topics. When it rejects, nothing has changed.
   *
   * @throws TransportError when the log refuses a topic
   */
  change(assignment: Assignment): Promise<void> {
    return this.#changes.take(() => this.#change(assignment));
  }

  async #change(assignment: Assignment): Promise<void> {
    const answers = await this.#metadata(assignment);
    const refused = answers.find(({ error }) => error !== undefined && !isMissing(error) && !error.retriable);
    if (refused?.error !== undefined) throw refused.error;
    this.#assignment = assignment;
    for (const topic of this.#firstCounts.keys()) if (!assignment.hasTopic(topic)) this.#forget(topic);
    this.#missing.clear();
    this.#apply(answers, true);
    this.#refresher.start();
  }

  /** Something is wrong: asks now. */
  refreshNow(): void {
    this.#refresher.refreshNow();
  }

  async #refresh(): Promise<void> {
    const assignment = this.#assignment;
    const answers = await this.#metadata(assignment);
    this.#options.onRefresh(undefined);
    if (assignment !== this.#assignment) return;
    const before = { names: this.names.join(), counts: describe(this.#counts) };
    this.#apply(answers, false);
    const names = before.names !== this.names.join();
    if (names || before.counts !== describe(this.#counts)) this.#options.onChange({ names });
  }

  #apply(answers: readonly TopicMetadata[], isChange: boolean): void {
    const { client, isRead } = this.#options;
    const { pattern } = this.#assignment;
    const counts = new Map<string, number>();
    for (const answer of answers) {
      const { topic, error, partitions } = answer;
      const count = partitions?.length ?? (isGone(error) ? 0 : this.#counts?.get(topic));
      if (count === undefined) continue;
      const topicId = answer.error === undefined ? answer.topicId : undefined;
      this.#noteFirst(topic, topicId, count, isChange || pattern === undefined);
      if (count > 0) {
        counts.set(topic, count);
        this.#missing.delete(topic);
      } else if (pattern === undefined && !this.#missing.has(topic)) {
        this.#missing.add(topic);
        if (!isRead(topic)) client.onEvent({ type: "topicMissing", topic });
      }
    }
    // Those that a pattern does not match any more are gone; if they come back, they are new.
    for (const topic of this.#firstCounts.keys()) if (pattern !== undefined && !counts.has(topic)) this.#forget(topic);
    this.#counts = counts;
  }

  /** How many partitions of a topic are not new: none of one that was created, or created again, since it was subscribed to. */
  #noteFirst(topic: string, topicId: string | undefined, count: number, wasThere: boolean): void {
    const idBefore = this.#topicIds.get(topic);
    if (topicId !== undefined) this.#topicIds.set(topic, topicId);
    const isAnother = idBefore !== undefined && topicId !== undefined && topicId !== idBefore;
    if (count === 0 || isAnother) this.#firstCounts.set(topic, 0);
    else if (!this.#firstCounts.has(topic)) this.#firstCounts.set(topic, wasThere ? count : 0);
  }

  #forget(topic: string): void {
    this.#firstCounts.delete(topic);
    this.#topicIds.delete(topic);
  }

  async #metadata(assignment: Assignment): Promise<TopicMetadata[]> {
    if (assignment.isEmpty) return [];
    const { client } = this.#options;
    const topics = assignment.pattern === undefined ? assignment.topics : undefined;
    const ask = (connection: GroupConnection): Promise<TopicMetadata[]> => connection.metadata(topics);
    try {
      // Where one node died, others answer; a new connection would cut off the commit that is under way.
      const answers = await (this.#hasFailed
        ? client.requestOrReconnect("metadata", ask)
        : client.request("metadata", ask));
      this.#hasFailed = false;
      return assignment.relevant(answers);
    } catch (error) {
      this.#hasFailed = true;
      throw error;
    }
  }
}

function isGone(error: TransportError | undefined): boolean {
  return error !== undefined && isMissing(error);
}

function describe(counts: ReadonlyMap<string, number> | undefined): string {
  return [...(counts ?? [])]
    .map((entry) => entry.join(" "))
    .sort()
    .join();
}
