import { TransportError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { ProduceAnswer, ProduceBatch, ProduceOptions } from "./transport.ts";

interface Waiting {
  readonly batch: ProduceBatch;
  readonly resolve: (answer: ProduceAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** Puts the batches that become ready together, for partitions of one leader, into one produce request. */
export class ProduceRequests {
  readonly #link: Link;
  readonly #options: ProduceOptions;
  readonly #waiting = new Map<number, Waiting[]>();

  constructor(link: Link, options: ProduceOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Sends a batch to a leader; resolves with that batch's answer, rejects when the request as a whole failed. */
  produce(leader: number, batch: ProduceBatch): Promise<ProduceAnswer> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(leader);
      if (waiting !== undefined) {
        waiting.push({ batch, resolve, reject });
        return;
      }
      const all: Waiting[] = [{ batch, resolve, reject }];
      this.#waiting.set(leader, all);
      queueMicrotask(() => {
        this.#waiting.delete(leader);
        void this.#send(leader, all);
      });
    });
  }

  async #send(leader: number, all: readonly Waiting[]): Promise<void> {
    const batches = all.map(({ batch }) => batch);
    try {
      const answers = await this.#link.request("produce", (connection) =>
        connection.produce(leader, batches, this.#options),
      );
      // An answer that does not name the partition acknowledges nothing.
      for (const { batch, resolve } of all) {
        resolve(answers.find((one) => this.#answers(one, batch)) ?? unanswered(batch));
      }
    } catch (error) {
      for (const { reject } of all) reject(error);
    }
  }

  /** Whether an answer says what became of a batch: an error, or its place unless none was asked for. */
  #answers(answer: ProduceAnswer, { topic, partition }: ProduceBatch): boolean {
    if (answer.topic !== topic || answer.partition !== partition) return false;
    return answer.error !== undefined || answer.baseOffset >= 0n || this.#options.acks === 0;
  }
}

function unanswered({ topic, partition }: ProduceBatch): ProduceAnswer {
  const message = `the answer to a produce request does not name ${topic}[${partition}] and its offset`;
  const error = new TransportError(message, { code: "UNKNOWN_SERVER_ERROR", retriable: true, topic, partition });
  return { topic, partition, error };
}
