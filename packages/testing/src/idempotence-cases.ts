import type { ProduceResult, ProducerIdAndEpoch } from "@dataqueues/core";

import { check, checkError, rejectionOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { recordOf } from "./trial.ts";
import type { Trial } from "./trial.ts";

/** How many batches of a producer a log remembers, as in Kafka. */
const remembered = 5;

/** Batches that a producer sends again: the log recognises their sequence numbers and writes them once. */
export function idempotenceCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.write) return [];
  if (!capabilities.idempotence) {
    return [
      define("without idempotence initProducerId is UNSUPPORTED_VERSION", async (trial) => {
        const writer = await trial.writer();
        const error = await rejectionOf("initProducerId", () => writer.initProducerId());
        checkError("initProducerId", error, "UNSUPPORTED_VERSION");
      }),
    ];
  }
  return [
    define("every producer id is given once", async (trial) => {
      const [one, other] = [await trial.open("write"), await trial.open("write")];
      const ids = [];
      for (const connection of [one, other, one]) ids.push((await trial.producerIdentity(connection)).producerId);
      check(new Set(ids).size === 3, `the ids are ${ids.join()}`);
    }),
    define("a batch that is sent again is written once", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      const first = offsetOf(await writer.write(0, 2));
      checkAgain(await writer.write(0, 2), first);
      const end = await writer.end();
      check(end === first + 2n, `after two records from ${first} on, sent twice, the log ends at ${end}`);
    }),
    define("a producer's last five batches are remembered", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      const offsets: bigint[] = [];
      for (let sequence = 0; sequence < remembered; sequence += 1) {
        offsets.push(offsetOf(await writer.write(sequence)));
      }
      const end = await writer.end();
      for (const [sequence, offset] of offsets.entries()) checkAgain(await writer.write(sequence), offset);
      check((await writer.end()) === end, "one of the last five batches, sent again, was written again");
    }),
    define("a batch out of sequence is refused", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      offsetOf(await writer.write(0));
      const end = await writer.end();
      checkError("sequence 7 after 0", (await writer.write(7)).error, "OUT_OF_ORDER_SEQUENCE_NUMBER");
      check((await writer.end()) === end, "it was written all the same");
    }),
    define("a refused batch takes no sequence numbers", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      offsetOf(await writer.write(0));
      await writer.write(7);
      offsetOf(await writer.write(1));
    }),
    define("sequence numbers begin again at 0 after 2^31 - 1", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      // A log accepts any sequence from a producer that it does not know yet.
      const first = offsetOf(await writer.write(2 ** 31 - 2, 4));
      offsetOf(await writer.write(2));
      const end = await writer.end();
      check(end === first + 5n, `after five records from ${first} on the log ends at ${end}`);
    }),
    define("sequence numbers are counted for each partition", async (trial) => {
      const writer = await IdempotentWriter.create(trial, 2);
      offsetOf(await writer.write(0, 3));
      offsetOf(await writer.write(0, 1, { partition: 1 }));
      offsetOf(await writer.write(3));
    }),
    define("a newer epoch of a producer begins at sequence 0", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      const first = offsetOf(await writer.write(0));
      offsetOf(await writer.write(0, 1, { epoch: 1 }));
      const end = await writer.end();
      check(end === first + 2n, `after a record of each epoch from ${first} on the log ends at ${end}`);
    }),
    define("an older epoch of a producer is refused", async (trial) => {
      const writer = await IdempotentWriter.create(trial);
      offsetOf(await writer.write(0, 1, { epoch: 1 }));
      const end = await writer.end();
      checkError("epoch 0 after epoch 1", (await writer.write(0)).error, "INVALID_PRODUCER_EPOCH");
      check((await writer.end()) === end, "it was written all the same");
    }),
  ];
}

/** A producer that chooses its sequence numbers itself. */
class IdempotentWriter {
  readonly #trial: Trial;
  readonly #topic: string;
  readonly #identity: ProducerIdAndEpoch;

  private constructor(trial: Trial, topic: string, identity: ProducerIdAndEpoch) {
    this.#trial = trial;
    this.#topic = topic;
    this.#identity = identity;
  }

  static async create(trial: Trial, partitions = 1): Promise<IdempotentWriter> {
    const topic = await trial.topic(partitions);
    return new IdempotentWriter(trial, topic, await trial.producerIdentity(await trial.writer()));
  }

  /** Sends `count` records from a sequence number on. */
  write(baseSequence: number, count = 1, { partition = 0, epoch = 0 } = {}): Promise<ProduceResult> {
    const records = Array.from({ length: count }, (_, index) => recordOf(String(index)));
    const { producerId, producerEpoch } = this.#identity;
    const identity = { producerId, producerEpoch: producerEpoch + epoch };
    return this.#trial.produce({ topic: this.#topic, partition, records, identity, baseSequence });
  }

  end(): Promise<bigint> {
    return this.#trial.endOf(this.#topic);
  }
}

function offsetOf(result: ProduceResult): bigint {
  check(result.error === undefined, `produce returned ${String(result.error)}`, result.error);
  return result.baseOffset;
}

/** Checks that a batch was recognised. Kafka returns its offset, or an error when it no longer knows the offset. */
function checkAgain(again: ProduceResult, first: bigint): void {
  if (again.error === undefined) check(again.baseOffset === first, `at ${first}, then at ${again.baseOffset}`);
  else checkError("the batch that was sent again", again.error, "DUPLICATE_SEQUENCE_NUMBER");
}
