/** A request's results by topic name. */
export type TopicResults = ReadonlyMap<string, { readonly errorCode: number; readonly message: string | null }>;

/** Groups items by topic, as Kafka's requests nest them. Topics and items keep their order. */
export function byTopic<Item extends { readonly topic: string }>(
  items: readonly Item[],
): { topic: string; items: Item[] }[] {
  const topics = new Map<string, Item[]>();
  for (const item of items) {
    const known = topics.get(item.topic);
    if (known === undefined) topics.set(item.topic, [item]);
    else known.push(item);
  }
  return [...topics].map(([topic, own]) => ({ topic, items: own }));
}

/** A partition's key in a map of results. */
export function partitionKey(topic: string, partition: number): string {
  return `${partition} ${topic}`;
}

/** Splits items into requests: Kafka allows each partition only once in a request. */
export function withoutRepeats<Item extends { readonly topic: string; readonly partition: number }>(
  items: readonly Item[],
): Item[][] {
  const counts = new Map<string, number>();
  const groups: Item[][] = [];
  for (const item of items) {
    const key = partitionKey(item.topic, item.partition);
    const earlier = counts.get(key) ?? 0;
    counts.set(key, earlier + 1);
    (groups[earlier] ??= []).push(item);
  }
  return groups;
}
