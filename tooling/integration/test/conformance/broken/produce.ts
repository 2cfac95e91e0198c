import type { ProduceBatch, ProducerRecord } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `produce-cases.ts` a transport that breaks it alone. */
export const brokenProduce: Readonly<Record<string, Break>> = {
  "produce tells the offset of a batch's first record": changed((connection) => {
    const firsts = new Map<string, bigint>();
    return {
      async produce(...request) {
        return (await connection.produce(...request)).map((result) => {
          if (result.error !== undefined) return result;
          const baseOffset = firsts.get(result.topic) ?? result.baseOffset;
          firsts.set(result.topic, baseOffset);
          return { ...result, baseOffset };
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

  "the log keeps bytes of its own": (log) => {
    const values = new Map<string, Uint8Array | null>();
    return changed((connection) => ({
      async produce(leader, batches, options) {
        const results = await connection.produce(leader, batches, options);
        for (const [index, { topic, records }] of batches.entries()) {
          const result = results[index];
          const base = result?.error === undefined ? result?.baseOffset : undefined;
          if (base === undefined) continue;
          for (const [at, { value }] of records.entries()) values.set(`${topic} ${base + BigInt(at)}`, value);
        }
        return results;
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
    }))(log);
  },

  "produce has its results in the order of the batches; an unknown partition is an error": changed((connection) => ({
    async produce(...request) {
      return (await connection.produce(...request)).toSorted((a, b) => a.partition - b.partition);
    },
  })),

  "producing to a topic does not create it": changed((connection) => ({
    async produce(...request) {
      const results = await connection.produce(...request);
      const refused = results.filter(({ error }) => error?.code === "UNKNOWN_TOPIC_OR_PARTITION");
      await connection.createTopics(refused.map(({ topic }) => ({ topic })));
      return results;
    },
  })),

  "the largest value is written; one byte more is that batch's RECORD_TOO_LARGE": changed((connection) => ({
    async produce(...request) {
      const results = await connection.produce(...request);
      for (const { error } of results) if (error?.code === "RECORD_TOO_LARGE") throw error;
      return results;
    },
  })),
};

/** Like clients whose headers are an object: a name that comes twice is there once. */
function withHeadersAsMap(batch: ProduceBatch): ProduceBatch {
  const once = (record: ProducerRecord): ProducerRecord => ({ ...record, headers: [...new Map(record.headers)] });
  return { ...batch, records: batch.records.map(once) };
}

/** Like clients whose keys are texts. */
function withEmptyKeys(batch: ProduceBatch): ProduceBatch {
  const records = batch.records.map((record) => ({ ...record, key: record.key ?? new Uint8Array() }));
  return { ...batch, records };
}
