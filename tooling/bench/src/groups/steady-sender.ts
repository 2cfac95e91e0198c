import { DataQueueProducer, kafkajs } from "dataqueues";

/** Sends records to all partitions of a topic in turn at a steady rate, until it is stopped. */
export class SteadySender implements AsyncDisposable {
  readonly #producer: DataQueueProducer;
  readonly #partitions: number;
  readonly #began = performance.now();
  readonly #timer: NodeJS.Timeout;
  readonly #sends: Promise<unknown>[] = [];
  /** How many were sent. */
  sent = 0;

  /** @param rate records per second. */
  constructor(bootstrapServers: readonly string[], topic: string, partitions: number, rate: number) {
    this.#producer = new DataQueueProducer(kafkajs(bootstrapServers), { topic });
    this.#partitions = partitions;
    this.#timer = setInterval(() => this.#sendDue(rate), 5);
  }

  /** Resolves when all is acknowledged. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#sends);
    await this.#producer.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #sendDue(rate: number): void {
    for (const due = ((performance.now() - this.#began) * rate) / 1_000; this.sent < due; this.sent += 1) {
      const send = this.#producer.send(new Uint8Array(100), { partition: this.sent % this.#partitions });
      // An error is thrown by `stop`.
      send.catch(() => undefined);
      this.#sends.push(send);
    }
  }
}
