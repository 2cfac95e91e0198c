import { PythonCounterpart } from "@dataqueues/tooling-python";
import { vi } from "vitest";

import type { OpenPage } from "./describe-browser.ts";
import type { ReadingOptions, ReadingState, SeenRecord } from "./workers/counting-worker.ts";

/** The page whose Worker counts what it reads. */
export class PageReader {
  readonly #worker: OpenPage["worker"];

  constructor({ worker }: OpenPage) {
    this.#worker = worker;
  }

  /** Begins to read. */
  async read(options: ReadingOptions): Promise<void> {
    await this.#worker.evaluate(`read(${JSON.stringify(options)})`);
  }

  /** Changes the partitions that are read. */
  async assign(partitions: ReadingOptions["partitions"]): Promise<void> {
    await this.#worker.evaluate(`assign(${JSON.stringify(partitions)})`);
  }

  state(): Promise<ReadingState> {
    return this.#worker.evaluate<ReadingState>("state()");
  }

  /**
   * Waits until the page has read so many records.
   *
   * @throws Error when reading ends before
   */
  hasRead(count: number): Promise<void> {
    return this.#waitUntil(async () => (await this.count()) >= count);
  }

  /**
   * Waits until the page has read the last of these records of each partition, whatever it has read before.
   *
   * @throws Error when reading ends before
   */
  hasReadUpTo(written: readonly SeenRecord[]): Promise<void> {
    const ends = new Map(written.map(([partition, offset]) => [partition, offset]));
    return this.#waitUntil(async () => {
      const found = new Map((await this.#worker.evaluate<SeenRecord[]>("ends()")).map(([p, offset]) => [p, offset]));
      return [...ends].every(([partition, offset]) => (found.get(partition) ?? -1) >= offset);
    });
  }

  count(): Promise<number> {
    return this.#worker.evaluate<number>("count()");
  }

  async #waitUntil(isThere: () => Promise<boolean>): Promise<void> {
    const isThereYet = async (): Promise<boolean> => {
      const ended = await this.#worker.evaluate<string | undefined>("ended()");
      if (ended !== undefined) throw new Error(`the page does not read any more: ${ended}`);
      return isThere();
    };
    await vi.waitUntil(isThereYet, { timeout: 60_000, interval: 50 });
  }
}

/** Python writes random values at a steady rate, and says afterwards what it has written. */
export class PythonWriter implements AsyncDisposable {
  readonly #python: PythonCounterpart;

  private constructor(python: PythonCounterpart) {
    this.#python = python;
  }

  /** @param rate records per second, to the partitions in turn. */
  static async start(server: string, topic: string, partitions: number, rate: number): Promise<PythonWriter> {
    const python = await PythonCounterpart.start("steady_writer.py");
    await python.request({ ask: "start", server, topic, partitions, rate });
    return new PythonWriter(python);
  }

  /** How many records are acknowledged. */
  async count(): Promise<number> {
    return (await this.#python.request({ ask: "written" })).value as number;
  }

  /** Waits until so many more records are acknowledged than now. */
  async writes(more: number): Promise<void> {
    const count = (await this.count()) + more;
    await vi.waitUntil(async () => (await this.count()) >= count, { timeout: 60_000, interval: 50 });
  }

  /** Ends writing; resolves with all that is in the log, in the order of partitions and offsets. */
  async stop(): Promise<SeenRecord[]> {
    return (await this.#python.request({ ask: "stop" })).value as SeenRecord[];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#python.close();
  }
}

/** Records in the order of partitions and offsets, as Python gives them. */
export function inOrder(records: readonly SeenRecord[]): SeenRecord[] {
  return records.toSorted(([p, a], [q, b]) => p - q || a - b);
}
