import { FieldReader } from "./field-reader.ts";

/** The encoding of messages that are Kafka records; see `encodeRecordData`. */
export const kafkaRecordEncoding = "kafka_record";

/** The name of Metadata records with what is known of a topic. */
export const topicMetadataName = "dataqueues.topic";

/** A channel of an MCAP file: for records, a partition. */
export interface RecordedChannel {
  readonly topic: string;
  readonly encoding: string;
  /** -1 where the messages are no Kafka records. */
  readonly partition: number;
}

/** What a Channel record says. Throws a `RangeError` for one that makes no sense. */
export function readChannel(body: Uint8Array): { readonly id: number; readonly channel: RecordedChannel } {
  const fields = new FieldReader(body);
  const id = fields.uint16();
  fields.skip(2);
  const topic = fields.string();
  const encoding = fields.string();
  const partition = fields.textMap().get("partition") ?? "";
  if (encoding !== kafkaRecordEncoding) return { id, channel: { topic, encoding, partition: -1 } };
  if (topic === "") throw new RangeError(`the channel ${id} has no topic`);
  if (!/^\d{1,10}$/.test(partition) || Number(partition) >= 2 ** 31) {
    throw new RangeError(`the channel ${id} has the partition ${JSON.stringify(partition)}, which is no number`);
  }
  return { id, channel: { topic, encoding, partition: Number(partition) } };
}

/** The settings of a topic, of a Metadata record with the name {@link topicMetadataName}; undefined where it has none. */
export function readTopicConfigs(
  body: Uint8Array,
): { readonly topic: string; readonly configs: Readonly<Record<string, string>> } | undefined {
  const fields = new FieldReader(body);
  if (fields.string() !== topicMetadataName) return undefined;
  const metadata = fields.textMap();
  const text = metadata.get("configs");
  // A log that does not tell settings.
  if (text === undefined) return undefined;
  const configs: unknown = JSON.parse(text);
  if (typeof configs !== "object" || configs === null) throw new RangeError("the settings of a topic are no object");
  const entries = Object.entries(configs).map(([name, value]) => [name, String(value)]);
  return { topic: metadata.get("topic") ?? "", configs: Object.fromEntries(entries) };
}
