import type { ProduceBatch, ProducerRecord } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `produce-cases.ts` a transport with just that one broken. */
export const brokenProduce: Readonly<Record<string, Break>> = {
  "produce tells the offset of a batch's first record": changed((connection) => {
    const firsts = new Map<string, bigint>();
    return {
      async produce(...request) {
        return (await connection.produce(...request)).map((answer) => {
          if (answer.error !== undefined) return answer;
          const baseOffset = firsts.get(answer.topic) ?? answer.baseOffset;
          firsts.set(answer.topic, baseOffset);
          return { ...answer, baseOffset };
        });
      },
    };
  }),

  "keys, values, headers and timestamps come back as they were sent": changed((connection) => ({
    produce: (leader, batches, options) => connection.produce(leader, batches.map(withHeadersAsMap), options),
  })),

  "null and empty are kept apart, in keys, values and headers": changed((connection) => ({
    produce: (leader, batches, options) => connection.produce(leader, batches.map(withEmptyKeys), options),
  })),

  "the log keeps bytes of its own": changed((connection) => {
    const values = new Map<string, Uint8Array | null>();
    return {
      async produce(leader, batches, options) {
        const answers = await connection.produce(leader, batches, options);
        for (const [index, { topic, records }] of batches.entries()) {
          const answer = answers[index];
          const base = answer?.error === undefined ? answer?.baseOffset : undefined;
          if (base === undefined) continue;
          for (const [at, { value }] of records.entries()) values.set(`${topic} ${base + BigInt(at)}`, value);
        }
        return answers;
      },
      async fetch(...request) {
        return (await connection.fetch(...request)).map((found) => {
          if (found.error !== undefined) return found;
          const own = (offset: bigint, value: Uint8Array | null): Uint8Array | null =>
            values.get(`${found.topic} ${offset}`)?.slice() ?? value;
          const records = found.records.map((record) => ({ ...record, value: own(record.offset, record.value) }));
          return { ...found, records };
        });
      },
    };
  }),

  "produce answers in the order of its batches, an unknown partition by its error": changed((connection) => ({
    async produce(...request) {
      return (await connection.produce(...request)).toSorted((a, b) => a.partition - b.partition);
    },
  })),

  "producing to a topic does not create it": changed((connection) => ({
    async produce(...request) {
      const answers = await connection.produce(...request);
      const refused = answers.filter(({ error }) => error?.code === "UNKNOWN_TOPIC_OR_PARTITION");
      await connection.createTopics(refused.map(({ topic }) => ({ topic })));
      return answers;
    },
  })),
};

/** As clients do that take an object for headers: a name that comes twice is there once. */
function withHeadersAsMap(batch: ProduceBatch): ProduceBatch {
  const once = (record: ProducerRecord): ProducerRecord => ({ ...record, headers: [...new Map(record.headers)] });
  return { ...batch, records: batch.records.map(once) };
}

/** As clients do that take a text for a key. */
function withEmptyKeys(batch: ProduceBatch): ProduceBatch {
  const records = batch.records.map((record) => ({ ...record, key: record.key ?? new Uint8Array() }));
  return { ...batch, records };
}
