import { checkNumber, checkTopic, DataQueueError, invalidArgument, partitionKey } from "@dataqueues/core";

import type { PartitionPlace } from "./partition-offsets.ts";

/** A partition, and the offset that a caller wants there. */
interface PartitionValue<Value> extends PartitionPlace {
  readonly value: Value;
}

/**
 * A caller's list of topic, partition and offset, which names each partition once.
 *
 * @param list - its name in errors
 * @param readValue - reads the third item, which has this name in errors
 * @throws DataQueueError `INVALID_ARGUMENT` that names what makes no sense
 */
export function planPartitionValues<Value>(
  list: string,
  items: Iterable<unknown>,
  readValue: (name: string, value: unknown) => Value,
): PartitionValue<Value>[] {
  const named = new Set<string>();
  return Array.from(items, (item, index) => {
    const name = `${list}[${index}]`;
    if (!Array.isArray(item)) throw invalidArgument(name, "a list of topic, partition and offset", item);
    const topic = checkTopic(`${name}[0]`, item[0]);
    const partition = checkNumber(`${name}[1]`, item[1]);
    const place = partitionKey(topic, partition);
    if (named.has(place)) {
      const message = `${name} names partition ${partition} of ${topic} again: give one offset for each partition`;
      throw new DataQueueError(message, { code: "INVALID_ARGUMENT", topic, partition });
    }
    named.add(place);
    return { topic, partition, value: readValue(`${name}[2]`, item[2]) };
  });
}
