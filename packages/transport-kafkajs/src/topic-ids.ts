import type { Cluster } from "./cluster.ts";
import { topicProblem } from "./protocol/field-limits.ts";

/** The ids of topics, and the topics of ids, as metadata told them last. */
export class TopicIds {
  readonly #cluster: Cluster;
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  id(topic: string): string | undefined {
    return this.#ids.get(topic);
  }

  /** A topic that was created again has several ids. */
  name(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Asks about topics. One that does not exist, as far as the broker knows, has no other id than before. */
  async refresh(topics: readonly string[]): Promise<void> {
    const asked = topics.filter((topic) => topicProblem(topic) === undefined);
    if (asked.length === 0) return;
    for (const { topic, topicId } of await this.#cluster.metadata(asked)) {
      if (topicId === undefined) continue;
      this.#ids.set(topic, topicId);
      this.#names.set(topicId, topic);
    }
  }
}
