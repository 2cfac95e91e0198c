/** Stands in the place of Kafka's transport, which does not run in a browser. */
export function kafkajs(): never {
  throw new Error("the development page has no Kafka");
}
