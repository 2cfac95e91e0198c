import type { NewPartitions, NewTopic, Outcome } from "@dataqueues/core";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import type { KafkaRequest } from "./protocol/kafka-request.ts";
import { createPartitionsRequest, createTopicsRequest, deleteTopicsRequest } from "./protocol/topics.ts";
import type { TopicOutcomes } from "./protocol/topics.ts";

export async function createTopics(nodes: Nodes, specs: readonly NewTopic[]): Promise<Outcome[]> {
  const topics = specs.map(({ topic }) => topic);
  return change(nodes, "Creating", topics, createTopicsRequest(specs, nodes.requestTimeout));
}

export async function createPartitions(nodes: Nodes, specs: readonly NewPartitions[]): Promise<Outcome[]> {
  const topics = specs.map(({ topic }) => topic);
  return change(nodes, "Growing", topics, createPartitionsRequest(specs, nodes.requestTimeout));
}

export async function deleteTopics(nodes: Nodes, topics: readonly string[]): Promise<Outcome[]> {
  return change(nodes, "Deleting", topics, deleteTopicsRequest(topics, nodes.requestTimeout));
}

/** Asks the controller; the outcomes are in the order of the topics. */
async function change(
  nodes: Nodes,
  what: string,
  topics: readonly string[],
  request: KafkaRequest<TopicOutcomes>,
): Promise<Outcome[]> {
  if (topics.length === 0) return [];
  const controller = await nodes.controller();
  const outcomes = await controller.request(request, nodes.requestTimeout);
  return topics.map((topic) => {
    const outcome = outcomes.get(topic);
    const where = `${what} topic ${topic}`;
    if (outcome === undefined) {
      return { topic, error: kafkaError("NETWORK_EXCEPTION", where, { topic, why: "the log's answer leaves it out" }) };
    }
    if (outcome.errorCode === 0) return { topic };
    const code = kafkaErrorName(outcome.errorCode);
    if (code === "NOT_CONTROLLER") nodes.forgetController();
    return { topic, error: kafkaError(code, where, { topic, why: outcome.message }) };
  });
}
