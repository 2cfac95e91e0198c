import type { TopicMetadata } from "@dataqueues/core";

import { changed, without } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `topic-cases.ts` a transport that breaks it alone. */
export const brokenTopics: Readonly<Record<string, Break>> = {
  "metadata tells a topic's partitions and their leaders": changed((connection) => ({
    async metadata(topics) {
      return (await connection.metadata(topics)).map(withThirdAsNinth);
    },
  })),

  "metadata of an unknown topic is that topic's error": changed((connection) => ({
    async metadata(topics) {
      const found = await connection.metadata(topics);
      if (topics === undefined || topics.length < 2) return found;
      for (const { error } of found) if (error !== undefined) throw error;
      return found;
    },
  })),

  "asking for a topic's metadata does not create it": changed((connection) => ({
    async metadata(topics) {
      const found = await connection.metadata(topics);
      const missing = found.filter(({ error }) => error !== undefined);
      await connection.createTopics(missing.map(({ topic }) => ({ topic })));
      return found;
    },
  })),

  "a topic that may be created is created and takes records, or is unknown": changed((connection) => ({
    async metadata(topics, options) {
      if (options?.allowAutoTopicCreation !== true) return connection.metadata(topics);
      // A transport that creates topics itself, with a name that no log takes.
      const missing = (await connection.metadata(topics)).filter(({ error }) => error !== undefined);
      const results = await connection.createTopics(missing.map(({ topic }) => ({ topic: `${topic}/` })));
      const refused = results.flatMap(({ topic, error }) =>
        error === undefined ? [] : [{ topic: topic.slice(0, -1), error }],
      );
      return refused.length > 0 ? refused : connection.metadata(topics);
    },
  })),

  "metadata without names is that of every topic": changed((connection) => ({
    metadata: (topics = []) => connection.metadata(topics),
  })),

  "createTopics has a result for each; an existing topic is that topic's error": changed((connection) => ({
    createTopics: async (specs) => without("TOPIC_ALREADY_EXISTS", await connection.createTopics(specs)),
  })),

  "createPartitions grows topics; an unknown topic is that topic's error": changed((connection) => ({
    createPartitions: async (specs) => without("UNKNOWN_TOPIC_OR_PARTITION", await connection.createPartitions(specs)),
  })),

  "createPartitions to no more than there are is an error": changed((connection) => ({
    createPartitions: async (specs) => without("INVALID_PARTITIONS", await connection.createPartitions(specs)),
  })),

  "deleteTopics deletes; an unknown topic is that topic's error": changed((connection) => ({
    deleteTopics: async (topics) => without("UNKNOWN_TOPIC_OR_PARTITION", await connection.deleteTopics(topics)),
  })),

  "a topic that is created again has another id, where metadata tells ids": changed((connection) => ({
    async metadata(topics) {
      const found = await connection.metadata(topics);
      return found.map((one) => (one.error === undefined ? { ...one, topicId: one.topic } : one));
    },
  })),
};

function withThirdAsNinth(metadata: TopicMetadata): TopicMetadata {
  if (metadata.error !== undefined || metadata.partitions.length !== 3) return metadata;
  const partitions = metadata.partitions.map((one) => (one.partition === 2 ? { ...one, partition: 9 } : one));
  return { ...metadata, partitions };
}
