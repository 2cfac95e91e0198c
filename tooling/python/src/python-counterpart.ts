import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

import { python } from "./python.ts";
import { scripts } from "./run-python.ts";

/** What the script answered: any JSON, and bytes beside it. */
export interface Answer {
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** The two lengths in front of every request and answer: of the JSON, and of the bytes after it. */
const frameLength = 8;

const startTimeoutMs = 120_000;

/**
 * A Python script that stays and answers requests one after the other, so that thousands of cases need one start of
 * Python. The script imports `serve` from `scripts/counterpart.py`.
 *
 * @example
 * await using numpy = await PythonCounterpart.start("my_script.py");
 * const { value, bytes } = await numpy.request({ case: 1 }, npyBytes);
 */
export class PythonCounterpart implements AsyncDisposable {
  readonly #script: string;
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #waiting: Waiting[] = [];
  #chunks: Uint8Array[] = [];
  #received = 0;
  /** How many bytes must have come before there is something to do. */
  #awaited = frameLength;
  #errors = "";
  #ended: Error | undefined;

  private constructor(script: string, process: ChildProcessWithoutNullStreams) {
    this.#script = script;
    this.#process = process;
    process.stdout.on("data", (chunk: Uint8Array) => this.#receive(chunk));
    process.stderr.on("data", (chunk: Uint8Array) => {
      this.#errors = (this.#errors + new TextDecoder().decode(chunk)).slice(-4_000);
    });
    process.stdin.on("error", () => undefined);
    process.once("error", (cause) => this.#end(new Error(`${script} could not be run`, { cause })));
    process.once("close", (code, signal) =>
      this.#end(new Error(`${script} ended with ${signal ?? code}:\n${this.#errors}`)),
    );
  }

  /**
   * Starts a script, a file of `scripts/` by its name or an absolute path, and waits until it can answer: to import
   * Python's libraries takes seconds, and on a busy machine many.
   *
   * @throws Error with what Python said, when the script ends instead.
   */
  static async start(script: string, args: readonly string[] = []): Promise<PythonCounterpart> {
    const counterpart = new PythonCounterpart(script, spawn(await python(), [resolve(scripts, script), ...args]));
    await counterpart.#answered(startTimeoutMs);
    return counterpart;
  }

  /**
   * Asks the script. Many requests may wait at the same time; they are answered in the order of the calls.
   *
   * @param timeoutMs milliseconds until the script is taken for stuck and killed, which rejects all that waits.
   * @throws Error with Python's traceback, when the script raised; the script stays usable.
   */
  async request(value: unknown, bytes: Uint8Array = new Uint8Array(), timeoutMs = 60_000): Promise<Answer> {
    if (this.#ended !== undefined) throw this.#ended;
    const text = new TextEncoder().encode(JSON.stringify(value));
    const lengths = new DataView(new ArrayBuffer(frameLength));
    lengths.setUint32(0, text.length, true);
    lengths.setUint32(4, bytes.length, true);
    for (const part of [new Uint8Array(lengths.buffer), text, bytes]) this.#process.stdin.write(part);
    return this.#answered(timeoutMs);
  }

  /** Ends the script; requests that wait are rejected. */
  async close(): Promise<void> {
    this.#end(new Error(`${this.#script} was closed`));
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null || this.#process.pid === undefined) return;
    const exited = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The next answer that nothing waits for yet. */
  #answered(timeoutMs: number): Promise<Answer> {
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const timer = setTimeout(() => {
      this.#end(new Error(`${this.#script} did not answer within ${timeoutMs} ms`));
      this.#process.kill("SIGKILL");
    }, timeoutMs);
    return answer.finally(() => clearTimeout(timer));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#ended);
  }

  #receive(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < this.#awaited) return;
    let rest = Buffer.concat(this.#chunks);
    this.#awaited = frameLength;
    while (rest.length >= frameLength) {
      const textEnd = frameLength + rest.readUInt32LE(0);
      this.#awaited = textEnd + rest.readUInt32LE(4);
      if (rest.length < this.#awaited) break;
      this.#answer(rest.subarray(frameLength, textEnd), rest.subarray(textEnd, this.#awaited));
      rest = rest.subarray(this.#awaited);
      this.#awaited = frameLength;
    }
    this.#chunks = [rest];
    this.#received = rest.length;
  }

  #answer(text: Uint8Array, bytes: Uint8Array): void {
    const answer: { value?: unknown; error?: string; traceback?: string } = JSON.parse(new TextDecoder().decode(text));
    const waiting = this.#waiting.shift();
    // A copy, so that the caller gets bytes of their own, at the start of their buffer.
    if (answer.error === undefined) waiting?.resolve({ value: answer.value, bytes: new Uint8Array(bytes) });
    else waiting?.reject(new Error(`${this.#script}: ${answer.error}\n${answer.traceback}`));
  }
}
