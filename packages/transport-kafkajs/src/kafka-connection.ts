import type {
  Connection,
  FetchedPartition,
  FetchLimits,
  FetchQuery,
  MetadataOptions,
  NewPartitions,
  NewTopic,
  OffsetResult,
  OffsetQuery,
  TopicResult,
  ProduceResult,
  ProduceBatch,
  ProduceOptions,
  ProducerIdAndEpoch,
  TopicMetadata,
} from "@dataqueues/core";
import { fetchRecords } from "./fetch-records.ts";
import { kafkaError, kafkaErrorName } from "./kafka-errors.ts";
import type { Nodes } from "./nodes.ts";
import { partitionOffsets } from "./partition-offsets.ts";
import { produceBatches } from "./produce-batches.ts";
import { initProducerIdRequest } from "./protocol/init-producer-id.ts";
import { createPartitions, createTopics, deleteTopics } from "./topic-changes.ts";
import { topicMetadata } from "./topic-metadata.ts";

/** Core's requests, each sent once to the node that can answer it. */
export class KafkaConnection implements Connection {
  readonly #nodes: Nodes;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  metadata(topics: readonly string[] = [], options: MetadataOptions = {}): Promise<TopicMetadata[]> {
    return topicMetadata(this.#nodes, topics, options);
  }

  listOffsets(queries: readonly OffsetQuery[]): Promise<OffsetResult[]> {
    return partitionOffsets(this.#nodes, queries);
  }

  fetch(leader: number, wanted: readonly FetchQuery[], limits: FetchLimits): Promise<FetchedPartition[]> {
    return fetchRecords(this.#nodes, leader, wanted, limits);
  }

  produce(leader: number, batches: readonly ProduceBatch[], options: ProduceOptions): Promise<ProduceResult[]> {
    return produceBatches(this.#nodes, leader, batches, options);
  }

  async initProducerId(): Promise<ProducerIdAndEpoch> {
    const broker = await this.#nodes.any();
    const answer = await broker.request(initProducerIdRequest(), this.#nodes.requestTimeout);
    if (answer.errorCode !== 0) throw kafkaError(kafkaErrorName(answer.errorCode), "Asking for a producer id");
    return { producerId: answer.producerId, producerEpoch: answer.producerEpoch };
  }

  createTopics(specs: readonly NewTopic[]): Promise<TopicResult[]> {
    return createTopics(this.#nodes, specs);
  }

  createPartitions(specs: readonly NewPartitions[]): Promise<TopicResult[]> {
    return createPartitions(this.#nodes, specs);
  }

  deleteTopics(topics: readonly string[]): Promise<TopicResult[]> {
    return deleteTopics(this.#nodes, topics);
  }

  close(): void {
    this.#nodes.close(kafkaError("NETWORK_EXCEPTION", "The connection to Kafka was closed"));
  }
}
