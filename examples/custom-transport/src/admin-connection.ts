import { kafkaError, TransportError } from "@dataqueues/core";
import type { AdminConnection, NewPartitions, NewTopic, TopicResult } from "@dataqueues/core";

import { SqliteOffsetsConnection } from "./sqlite-connection.ts";

/** A connection that changes topics. */
export class SqliteAdminConnection extends SqliteOffsetsConnection implements AdminConnection {
  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    const insert = "INSERT INTO topics (name, partitions) VALUES (?, ?) ON CONFLICT DO NOTHING RETURNING id";
    return this.request(() =>
      specs.map(({ topic, partitions = 1 }) => {
        const isNew = this.all(insert, topic, partitions).length === 1;
        return isNew ? { topic } : { topic, error: kafkaError("TOPIC_ALREADY_EXISTS", topic, { topic }) };
      }),
    );
  }

  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    const update = "UPDATE topics SET partitions = ? WHERE name = ? AND partitions < ? RETURNING id";
    return this.request(() =>
      specs.map(({ topic, partitions }) => {
        const isGrown = this.all(update, partitions, topic, partitions).length === 1;
        if (isGrown) return { topic };
        const found = this.partition(topic, 0);
        if (found instanceof TransportError) return { topic, error: found };
        return { topic, error: kafkaError("INVALID_PARTITIONS", topic, { topic }) };
      }),
    );
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    return this.request(() =>
      topics.map((topic) => {
        const isGone = this.all("DELETE FROM topics WHERE name = ? RETURNING id", topic).length === 1;
        return isGone ? { topic } : { topic, error: kafkaError("UNKNOWN_TOPIC_OR_PARTITION", topic, { topic }) };
      }),
    );
  }
}
