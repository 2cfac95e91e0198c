import { TransportError } from "@dataqueues/core";
import type { NewPartitions, NewTopic, TopicResult } from "@dataqueues/core";
import type { TopicResults } from "./protocol/by-topic.ts";
import { defaultCounts } from "./default-counts.ts";
import type { DefaultCounts } from "./default-counts.ts";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { numberProblem, textProblem, topicProblem } from "./protocol/field-limits.ts";
import { kafkaApis } from "./protocol/kafka-request.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";
import { createPartitionsRequest } from "./protocol/create-partitions.ts";
import { createTopicsRequest } from "./protocol/create-topics.ts";
import { deleteTopicsRequest } from "./protocol/delete-topics.ts";
import { topicText } from "./topic-metadata.ts";

/** The first version of CreateTopics in which the log itself fills in what is left out. */
const firstWithDefaults = 4;

export async function createTopics(nodes: Nodes, specs: readonly NewTopic[]): Promise<TopicResult[]> {
  const defaults = await missingDefaults(nodes, specs);
  const filled = defaults instanceof TransportError ? specs : specs.map((spec) => filledIn(spec, defaults));
  return change(nodes, "Creating", filled, {
    uncarried: ({ partitions = -1, replicationFactor = -1, configs = {} }) =>
      numberProblem("partitions", partitions, -(2 ** 31)) ??
      numberProblem("replicationFactor", replicationFactor, -(2 ** 15), 16) ??
      Object.entries(configs)
        .map(([name, value]) => textProblem("the name in configs", name) ?? textProblem(`configs: ${name}`, value))
        .find((why) => why !== undefined),
    failed: (spec) =>
      defaults instanceof TransportError && !isComplete(spec) ? withoutDefaults(spec, defaults) : undefined,
    request: (carried) => createTopicsRequest(carried, nodes.requestTimeout),
  });
}

export async function createPartitions(nodes: Nodes, specs: readonly NewPartitions[]): Promise<TopicResult[]> {
  return change(nodes, "Growing", specs, {
    uncarried: ({ partitions }) => numberProblem("partitions", partitions, -(2 ** 31)),
    request: (carried) => createPartitionsRequest(carried, nodes.requestTimeout),
  });
}

export async function deleteTopics(nodes: Nodes, topics: readonly string[]): Promise<TopicResult[]> {
  const specs = topics.map((topic) => ({ topic }));
  return change(nodes, "Deleting", specs, {
    request: (carried) =>
      deleteTopicsRequest(
        carried.map(({ topic }) => topic),
        nodes.requestTimeout,
      ),
  });
}

/** How one kind of change is asked for. */
interface Change<Spec> {
  /** Why the protocol cannot carry it. */
  readonly uncarried?: (spec: Spec) => string | undefined;
  /** Why it cannot be asked for. */
  readonly failed?: (spec: Spec) => TransportError | undefined;
  readonly request: (specs: readonly Spec[]) => KafkaRequest<TopicResults>;
}

/** Asks the controller for what can be asked; the outcomes are in the order of the specs. */
async function change<Spec extends { readonly topic: string }>(
  nodes: Nodes,
  what: string,
  specs: readonly Spec[],
  { uncarried, failed, request }: Change<Spec>,
): Promise<TopicResult[]> {
  const refusals = specs.map((spec) => {
    const { topic } = spec;
    const where = `${what} ${topicText(topic)}`;
    const badName = topicProblem(topic);
    if (badName !== undefined) return kafkaError("INVALID_TOPIC_EXCEPTION", where, { topic, why: badName });
    const why = uncarried?.(spec);
    return why === undefined ? failed?.(spec) : kafkaError("INVALID_REQUEST", where, { topic, why });
  });
  const carried = specs.filter((_, index) => refusals[index] === undefined);
  const controller = carried.length === 0 ? undefined : await nodes.controller();
  const outcomes = await controller?.request(request(carried), nodes.requestTimeout);
  return specs.map(({ topic }, index): TopicResult => {
    const refusal = refusals[index];
    return refusal === undefined ? outcomeOf(nodes, what, topic, outcomes) : { topic, error: refusal };
  });
}

function outcomeOf(nodes: Nodes, what: string, topic: string, outcomes: TopicResults | undefined): TopicResult {
  const outcome = outcomes?.get(topic);
  const where = `${what} ${topicText(topic)}`;
  if (outcome === undefined) {
    return { topic, error: kafkaError("NETWORK_EXCEPTION", where, { topic, why: "the log's answer leaves it out" }) };
  }
  if (outcome.errorCode === 0) return { topic };
  const code = kafkaErrorName(outcome.errorCode);
  if (code === "NOT_CONTROLLER") nodes.forgetController();
  return { topic, error: kafkaError(code, where, { topic, why: outcome.message }) };
}

/** What the specs need of the log's defaults because it does not fill them in itself (before Kafka 2.4). */
async function missingDefaults(
  nodes: Nodes,
  specs: readonly NewTopic[],
): Promise<DefaultCounts | TransportError | undefined> {
  if (specs.every(isComplete)) return undefined;
  const controller = await nodes.controller();
  const version = controller.versionOf(kafkaApis.createTopics);
  if (version === undefined || version >= firstWithDefaults) return undefined;
  return defaultCounts(controller, nodes.idOf(controller.address) ?? -1, nodes.requestTimeout);
}

function isComplete({ partitions, replicationFactor }: NewTopic): boolean {
  return partitions !== undefined && replicationFactor !== undefined;
}

function filledIn(spec: NewTopic, defaults: DefaultCounts | undefined): NewTopic {
  return {
    ...spec,
    partitions: spec.partitions ?? defaults?.partitions,
    replicationFactor: spec.replicationFactor ?? defaults?.replicationFactor,
  };
}

function withoutDefaults({ topic }: NewTopic, cause: TransportError): TransportError {
  const why = `this Kafka has no defaults for topics; give partitions and replicationFactor (${cause.message})`;
  return kafkaError(cause.code, `Creating ${topicText(topic)}`, { topic, why, cause });
}
