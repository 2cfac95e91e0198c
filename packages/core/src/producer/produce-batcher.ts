import { TransportError } from "../contract/errors.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import type { ProduceResult, ProduceBatch, ProduceOptions } from "../contract/transport.ts";

interface Waiting {
  readonly batch: ProduceBatch;
  readonly isWanted: () => boolean;
  readonly resolve: (answer: ProduceResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts batches that become ready together, for partitions of one leader, into one produce request. */
export class ProduceBatcher {
  readonly #client: NetworkClient<"write">;
  readonly #options: ProduceOptions;
  readonly #waiting = new Map<number, Waiting[]>();

  constructor(client: NetworkClient<"write">, options: ProduceOptions) {
    this.#client = client;
    this.#options = options;
  }

  /**
   * Sends a batch to a leader. Resolves with the result of that batch; rejects when the request as a whole failed.
   *
   * @param isWanted - whether the batch is still to be sent; asked when there is a connection, as one may take long to open
   */
  produce(leader: number, batch: ProduceBatch, isWanted: () => boolean): Promise<ProduceResult> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(leader);
      if (waiting !== undefined) {
        waiting.push({ batch, isWanted, resolve, reject });
        return;
      }
      const all: Waiting[] = [{ batch, isWanted, resolve, reject }];
      this.#waiting.set(leader, all);
      queueMicrotask(() => {
        this.#waiting.delete(leader);
        void this.#send(leader, all);
      });
    });
  }

  async #send(leader: number, all: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#client.request("produce", async (connection) => {
        // The other batches have failed meanwhile, and their senders may use the bytes for something else.
        const batches = all.filter(({ isWanted }) => isWanted()).map(({ batch }) => batch);
        return batches.length === 0 ? [] : connection.produce(leader, batches, this.#options);
      });
      // A response that does not name the partition acknowledges nothing.
      for (const { batch, resolve } of all) {
        resolve(results.find((result) => this.#isFor(batch, result)) ?? missingResult(batch));
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  /** Whether a result says what became of a batch: an error, or its offset unless no acknowledgement was asked for. */
  #isFor({ topic, partition }: ProduceBatch, result: ProduceResult): boolean {
    if (result.topic !== topic || result.partition !== partition) return false;
    return result.error !== undefined || result.baseOffset >= 0n || this.#options.acks === 0;
  }
}

function missingResult({ topic, partition }: ProduceBatch): ProduceResult {
  const message = `the answer to a produce request does not name ${topic}[${partition}] and its offset`;
  const error = new TransportError(message, { code: "UNKNOWN_SERVER_ERROR", retriable: true, topic, partition });
  return { topic, partition, error };
}
