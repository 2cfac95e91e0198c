import type { TopicMetadata, Transport } from "@dataqueues/core";

/** A log that tells something else of its topics than it does. */
export function telling(log: Transport, change: (topic: TopicMetadata) => TopicMetadata): Transport {
  return {
    ...log,
    async open(role, options) {
      const connection = await log.open(role, options);
      const metadata = connection.metadata.bind(connection);
      return Object.assign(connection, {
        metadata: async (...request: Parameters<typeof metadata>) => (await metadata(...request)).map(change),
      });
    },
  };
}
