interface Placed {
  readonly topic: string;
}

/** Items in runs of the same topic, as Kafka's requests nest them. */
export function byTopic<Item extends Placed>(items: readonly Item[]): { topic: string; items: Item[] }[] {
  const topics = new Map<string, Item[]>();
  for (const item of items) {
    const known = topics.get(item.topic);
    if (known === undefined) topics.set(item.topic, [item]);
    else known.push(item);
  }
  return [...topics].map(([topic, own]) => ({ topic, items: own }));
}

/** The key under which a partition's answer is found. */
export function partitionKey(topic: string, partition: number): string {
  return `${partition} ${topic}`;
}

/** Items in as few groups as keep each partition at most once in a group, as Kafka wants it in a request. */
export function withoutRepeats<Item extends Placed & { readonly partition: number }>(items: readonly Item[]): Item[][] {
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
