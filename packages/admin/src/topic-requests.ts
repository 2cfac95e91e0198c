import { TransportError } from "@dataqueues/core";
import type { NetworkClient } from "@dataqueues/core";

import { retry } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";
import { findTopics, topicError } from "./topic-metadata.ts";
import type { TopicAction } from "./topic-metadata.ts";

/** What a log answers for a topic. */
interface TopicAnswer {
  readonly topic: string;
  readonly error?: TransportError | undefined;
}

/** One kind of request about topics that exist. */
interface TopicRequest<Answer> {
  readonly action: TopicAction;
  /** Each topic once. */
  readonly topics: readonly string[];
  readonly ask: (topics: readonly string[]) => Promise<readonly Answer[]>;
}

/**
 * Asks about topics until each has its answer. Gives the answers in the order of the topics.
 *
 * @throws TransportError naming the first topic that does not exist or that the log refuses, once all the others have theirs
 */
export async function askTopics<Answer extends TopicAnswer>(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  { action, topics, ask }: TopicRequest<Answer>,
): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  await retry(client, limits, `${action} ${topics.join(", ")}`, async () => {
    const left = topics.filter((topic) => !answers.has(topic));
    const told = left.length === 0 ? [] : await ask(left);
    const unknown = told.filter(({ error }) => error?.code === "UNKNOWN_TOPIC_OR_PARTITION");
    // A broker may not have heard of a new topic yet. Metadata tell whether it exists.
    const { found } = await findTopics(
      client,
      unknown.map(({ topic }) => topic),
    );
    let failure: TransportError | undefined;
    for (const topic of left) {
      const answer = told.find((one) => one.topic === topic);
      const isMissing = unknown.some((one) => one.topic === topic) && !found.some((one) => one.topic === topic);
      if (answer === undefined) failure = topicError(action, topic, undefined);
      else if (answer.error?.retriable !== true || isMissing) answers.set(topic, answer);
      else failure = topicError(action, topic, answer.error);
    }
    if (failure !== undefined) throw failure;
    return answers;
  });
  return topics.flatMap((topic) => {
    const answer = answers.get(topic);
    if (answer?.error !== undefined) throw topicError(action, topic, answer.error);
    return answer ?? [];
  });
}
