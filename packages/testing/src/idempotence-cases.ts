import type { Connection, ProduceResult, ProducerIdAndEpoch } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import type { DefineTrial } from "./transport-cases.ts";
import type { Trial } from "./trial.ts";
import { checkError } from "./refusals.ts";
import { recordOf } from "./requests.ts";

/** How many batches of a producer a log remembers, as Kafka does. */
const remembered = 5;

/** Batches that a producer sends again, which a log knows by their sequence numbers and writes once. */
export function idempotenceCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("every producer id is given once", async (trial) => {
      const [one, other] = [await trial.open(), await trial.open()];
      const ids = [];
      for (const connection of [one, other, one]) ids.push((await trial.producerIdentity(connection)).producerId);
      check(new Set(ids).size === 3, `the ids are ${ids.join()}`);
    }),
    define("a batch that is sent again is written once", async (trial) => {
      const writer = await Writer.open(trial);
      const first = offsetOf(await writer.write(0, 2));
      checkAgain(await writer.write(0, 2), first);
      const end = await writer.end();
      check(end === first + 2n, `after two records from ${first} on, sent twice, the log ends at ${end}`);
    }),
    define("a producer's last five batches are remembered", async (trial) => {
      const writer = await Writer.open(trial);
      const offsets: bigint[] = [];
      for (let sequence = 0; sequence < remembered; sequence += 1) {
        offsets.push(offsetOf(await writer.write(sequence)));
      }
      const end = await writer.end();
      for (const [sequence, offset] of offsets.entries()) checkAgain(await writer.write(sequence), offset);
      check((await writer.end()) === end, "one of the last five batches, sent again, was written again");
    }),
    define("a batch out of sequence is refused", async (trial) => {
      const writer = await Writer.open(trial);
      offsetOf(await writer.write(0));
      const end = await writer.end();
      checkError("sequence 7 after 0", (await writer.write(7)).error, "OUT_OF_ORDER_SEQUENCE_NUMBER");
      check((await writer.end()) === end, "it was written all the same");
    }),
    define("a refused batch takes no sequence numbers", async (trial) => {
      const writer = await Writer.open(trial);
      offsetOf(await writer.write(0));
      await writer.write(7);
      offsetOf(await writer.write(1));
    }),
    define("sequence numbers begin again at 0 after 2^31 - 1", async (trial) => {
      const writer = await Writer.open(trial);
      // Of a producer that it does not know, a log takes any sequence.
      const first = offsetOf(await writer.write(2 ** 31 - 2, 4));
      offsetOf(await writer.write(2));
      const end = await writer.end();
      check(end === first + 5n, `after five records from ${first} on the log ends at ${end}`);
    }),
    define("sequence numbers are counted for each partition", async (trial) => {
      const writer = await Writer.open(trial, 2);
      offsetOf(await writer.write(0, 3));
      offsetOf(await writer.write(0, 1, { partition: 1 }));
      offsetOf(await writer.write(3));
    }),
    define("a newer epoch of a producer begins at sequence 0", async (trial) => {
      const writer = await Writer.open(trial);
      const first = offsetOf(await writer.write(0));
      offsetOf(await writer.write(0, 1, { epoch: 1 }));
      const end = await writer.end();
      check(end === first + 2n, `after a record of each epoch from ${first} on the log ends at ${end}`);
    }),
    define("an older epoch of a producer is refused", async (trial) => {
      const writer = await Writer.open(trial);
      offsetOf(await writer.write(0, 1, { epoch: 1 }));
      const end = await writer.end();
      checkError("epoch 0 after epoch 1", (await writer.write(0)).error, "INVALID_PRODUCER_EPOCH");
      check((await writer.end()) === end, "it was written all the same");
    }),
  ];
}

/** A producer that chooses its sequence numbers itself. */
class Writer {
  readonly #trial: Trial;
  readonly #connection: Connection;
  readonly #topic: string;
  readonly #identity: ProducerIdAndEpoch;

  private constructor(trial: Trial, connection: Connection, topic: string, identity: ProducerIdAndEpoch) {
    this.#trial = trial;
    this.#connection = connection;
    this.#topic = topic;
    this.#identity = identity;
  }

  static async open(trial: Trial, partitions = 1): Promise<Writer> {
    const connection = await trial.open();
    const topic = await trial.topic(connection, partitions);
    return new Writer(trial, connection, topic, await trial.producerIdentity(connection));
  }

  /** Sends `count` records from a sequence number on. */
  write(baseSequence: number, count = 1, { partition = 0, epoch = 0 } = {}): Promise<ProduceResult> {
    const records = Array.from({ length: count }, (_, index) => recordOf(String(index)));
    const { producerId, producerEpoch } = this.#identity;
    const identity = { producerId, producerEpoch: producerEpoch + epoch };
    return this.#trial.produce(this.#connection, { topic: this.#topic, partition, records, identity, baseSequence });
  }

  end(): Promise<bigint> {
    return this.#trial.endOf(this.#connection, this.#topic);
  }
}

function offsetOf(answer: ProduceResult): bigint {
  check(answer.error === undefined, `produce answered ${String(answer.error)}`, answer.error);
  return answer.baseOffset;
}

/** That a batch was known again. Kafka tells where it stands, or that it does not know any more where. */
function checkAgain(again: ProduceResult, first: bigint): void {
  if (again.error === undefined) check(again.baseOffset === first, `at ${first}, then at ${again.baseOffset}`);
  else checkError("the batch that was sent again", again.error, "DUPLICATE_SEQUENCE_NUMBER");
}
