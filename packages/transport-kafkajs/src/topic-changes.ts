import { kafkaError, kafkaErrorName, TransportError } from "@dataqueues/core";
import type { NewPartitions, NewTopic, TopicResult } from "@dataqueues/core";
import type { Cluster } from "./cluster.ts";
import type { TopicResults } from "./protocol/by-topic.ts";
import { numberProblem, textProblem, topicProblem } from "./protocol/field-limits.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";
import { createPartitionsRequest } from "./protocol/create-partitions.ts";
import { createTopicsRequest } from "./protocol/create-topics.ts";
import { deleteTopicsRequest } from "./protocol/delete-topics.ts";
import { isComplete, missingDefaults } from "./topic-defaults.ts";
import { topicText } from "./topic-metadata.ts";

export async function createTopics(cluster: Cluster, specs: readonly NewTopic[]): Promise<TopicResult[]> {
  const defaults = await missingDefaults(cluster, specs);
  const unknown = defaults instanceof TransportError ? defaults : undefined;
  const known = defaults instanceof TransportError ? undefined : defaults;
  const complete = specs.map((spec) => ({
    ...spec,
    partitions: spec.partitions ?? known?.partitions,
    replicationFactor: spec.replicationFactor ?? known?.replicationFactor,
  }));
  return changeTopics(cluster, "Creating", complete, {
    problem: ({ partitions = -1, replicationFactor = -1, configs = {} }) =>
      numberProblem("partitions", partitions, -(2 ** 31)) ??
      numberProblem("replicationFactor", replicationFactor, -(2 ** 15), 16) ??
      Object.entries(configs)
        .map(([name, value]) => textProblem("the name in configs", name) ?? textProblem(`configs: ${name}`, value))
        .find((why) => why !== undefined),
    refused: (spec) => (unknown === undefined || isComplete(spec) ? undefined : withoutDefaults(spec, unknown)),
    request: (carried) => createTopicsRequest(carried, cluster.requestTimeout),
  });
}

export async function createPartitions(cluster: Cluster, specs: readonly NewPartitions[]): Promise<TopicResult[]> {
  return changeTopics(cluster, "Growing", specs, {
    problem: ({ partitions }) => numberProblem("partitions", partitions, -(2 ** 31)),
    request: (carried) => createPartitionsRequest(carried, cluster.requestTimeout),
  });
}

export async function deleteTopics(cluster: Cluster, topics: readonly string[]): Promise<TopicResult[]> {
  const specs = topics.map((topic) => ({ topic }));
  return changeTopics(cluster, "Deleting", specs, {
    request: (carried) =>
      deleteTopicsRequest(
        carried.map(({ topic }) => topic),
        cluster.requestTimeout,
      ),
  });
}

/** One kind of change. */
interface Change<Spec> {
  /** Why the protocol cannot carry a spec. */
  readonly problem?: (spec: Spec) => string | undefined;
  /** Why a spec that can be carried is not sent. */
  readonly refused?: (spec: Spec) => TransportError | undefined;
  readonly request: (specs: readonly Spec[]) => KafkaRequest<TopicResults>;
}

/** Sends what can be sent to the controller; one result for each spec, in the same order. */
export async function changeTopics<Spec extends { readonly topic: string }>(
  cluster: Cluster,
  what: string,
  specs: readonly Spec[],
  { problem, refused, request }: Change<Spec>,
): Promise<TopicResult[]> {
  const refusals = specs.map((spec) => {
    const { topic } = spec;
    const where = `${what} ${topicText(topic)}`;
    const badName = topicProblem(topic);
    if (badName !== undefined) return kafkaError("INVALID_TOPIC_EXCEPTION", where, { topic, why: badName });
    const why = problem?.(spec);
    return why === undefined ? refused?.(spec) : kafkaError("INVALID_REQUEST", where, { topic, why });
  });
  const carried = specs.filter((_, index) => refusals[index] === undefined);
  const controller = carried.length === 0 ? undefined : await cluster.controller();
  const outcomes = await controller?.request(request(carried), cluster.requestTimeout);
  return specs.map(({ topic }, index): TopicResult => {
    const refusal = refusals[index];
    return refusal === undefined ? topicResult(cluster, what, topic, outcomes) : { topic, error: refusal };
  });
}

function topicResult(cluster: Cluster, what: string, topic: string, outcomes: TopicResults | undefined): TopicResult {
  const outcome = outcomes?.get(topic);
  const where = `${what} ${topicText(topic)}`;
  if (outcome === undefined) {
    return { topic, error: kafkaError("NETWORK_EXCEPTION", where, { topic, why: "the response leaves it out" }) };
  }
  if (outcome.errorCode === 0) return { topic };
  const code = kafkaErrorName(outcome.errorCode);
  if (code === "NOT_CONTROLLER") cluster.forgetController();
  return { topic, error: kafkaError(code, where, { topic, why: outcome.message }) };
}

function withoutDefaults({ topic }: NewTopic, cause: TransportError): TransportError {
  const why = `this Kafka has no defaults for topics; give partitions and replicationFactor (${cause.message})`;
  return kafkaError(cause.code, `Creating ${topicText(topic)}`, { topic, why, cause });
}
