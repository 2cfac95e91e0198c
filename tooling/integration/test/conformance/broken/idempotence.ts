import type { ProduceBatch } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `idempotence-cases.ts` a transport that breaks it alone. */
export const brokenIdempotence: Readonly<Record<string, Break>> = {
  "every producer id is given once": changed((connection) => ({
    async initProducerId() {
      const { producerEpoch } = await connection.initProducerId();
      return { producerId: 7n, producerEpoch };
    },
  })),

  "a batch that is sent again is written once": sending((batch, { last }) =>
    last?.baseSequence === batch.baseSequence && batch.records.length === 2 ? withoutIdentity(batch) : batch,
  ),

  // A log that remembers only a producer's last batch.
  "a producer's last five batches are remembered": sending((batch, { sent }) => {
    const age = sent.toReversed().findIndex((one) => isSame(one, batch));
    return age > 0 ? withoutIdentity(batch) : batch;
  }),

  "a batch out of sequence is refused": sending((batch, { sent }) =>
    batch.baseSequence === 7 && sent.length === 1 ? withoutIdentity(batch) : batch,
  ),

  "a refused batch takes no sequence numbers": sending((batch, { last }) =>
    last?.baseSequence === 7 ? { ...batch, baseSequence: 8 } : batch,
  ),

  // A log that counts in 32 bits without a sign.
  "sequence numbers begin again at 0 after 2^31 - 1": sending((batch, { last }) =>
    last !== undefined && last.baseSequence + last.records.length > 2 ** 31
      ? { ...batch, baseSequence: batch.baseSequence + 2 ** 31 }
      : batch,
  ),

  "sequence numbers are counted for each partition": sending((batch, { last }) =>
    last !== undefined && last.partition !== batch.partition
      ? { ...batch, baseSequence: batch.baseSequence + 1 }
      : batch,
  ),

  "a newer epoch of a producer begins at sequence 0": sending((batch, { last }) =>
    last?.identity?.producerEpoch === 0 ? withEpoch(batch, 0) : batch,
  ),

  "an older epoch of a producer is refused": sending((batch, { sent }) =>
    sent.length === 1 && sent[0]?.identity?.producerEpoch === 1 ? withEpoch(batch, 2) : batch,
  ),
};

/** What a connection has sent to a topic with producer ids. */
interface Sent {
  readonly sent: readonly ProduceBatch[];
  readonly last: ProduceBatch | undefined;
}

/** Changes batches that have a producer id on their way; `change` knows those before. */
function sending(change: (batch: ProduceBatch, before: Sent) => ProduceBatch): Break {
  return changed((connection) => {
    const sent: ProduceBatch[] = [];
    return {
      produce(leader, batches, options) {
        const made = batches.map((batch) => {
          if (batch.identity === undefined) return batch;
          const before = sent.filter(({ topic }) => topic === batch.topic);
          sent.push(batch);
          return change(batch, { sent: before, last: before.at(-1) });
        });
        return connection.produce(leader, made, options);
      },
    };
  });
}

function isSame(one: ProduceBatch, other: ProduceBatch): boolean {
  return one.baseSequence === other.baseSequence && one.records.length === other.records.length;
}

function withoutIdentity({ topic, partition, records }: ProduceBatch): ProduceBatch {
  return { topic, partition, records, baseSequence: 0 };
}

function withEpoch(batch: ProduceBatch, producerEpoch: number): ProduceBatch {
  const { identity } = batch;
  return identity === undefined ? batch : { ...batch, identity: { ...identity, producerEpoch } };
}
