import { Assignment } from "../../src/consumer/assignment.ts";
import type { OffsetSpec } from "../../src/consumer/offset-spec.ts";
import type { PartitionState } from "../../src/consumer/partition-state.ts";
import { SubscriptionState } from "../../src/consumer/subscription-state.ts";
import type { TransportError } from "../../src/contract/errors.ts";
import type { DataQueueEvent } from "../../src/contract/events.ts";
import type { PartitionMetadata, TopicMetadata } from "../../src/contract/transport.ts";
import { failure } from "../scripted-log.ts";

/** Metadata of a topic that does not exist. */
export const unknown = (topic: string): TopicMetadata => ({
  topic,
  error: failure("UNKNOWN_TOPIC_OR_PARTITION", { topic }),
});
/** Metadata of a topic that exists. */
export const present = (topic: string, partitions: readonly PartitionMetadata[], topicId?: string): TopicMetadata => ({
  topic,
  partitions,
  topicId,
});

/** A subscription that is changed as the fetcher does it: additions, replace, apply. */
export function subscriptionOf(): {
  subscription: SubscriptionState;
  events: DataQueueEvent[];
  errors: TransportError[];
  assign: (next: Assignment | string, metadata: readonly TopicMetadata[], from?: OffsetSpec) => PartitionState[];
  described: () => string[];
  at: (topic: string, partition?: number) => PartitionState | undefined;
} {
  const events: DataQueueEvent[] = [];
  const errors: TransportError[] = [];
  const subscription = new SubscriptionState(
    (event) => events.push(event),
    (error) => errors.push(error),
  );
  return {
    subscription,
    events,
    errors,
    assign: (next, metadata, from = "earliest") => {
      const assignment = typeof next === "string" ? Assignment.ofTopics(next.split(" ")) : next;
      const removed = subscription.replace(assignment, subscription.additions(assignment, metadata, from));
      subscription.apply(metadata);
      return removed;
    },
    described: () =>
      [...subscription].map(
        ({ key, leader, start }) =>
          `${key} led by ${leader} from ${typeof start === "object" ? String(Object.values(start)) : start}`,
      ),
    at: (topic, partition = 0) => [...subscription].find((one) => one.topic === topic && one.partition === partition),
  };
}
