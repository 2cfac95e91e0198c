import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

import { python } from "./python.ts";
import { scripts } from "./run-python.ts";

/** A script's response: any JSON value, and bytes. */
export interface PythonResponse {
  readonly value: unknown;
  readonly bytes: Uint8Array;
}

interface Waiting {
  readonly resolve: (response: PythonResponse) => void;
  readonly reject: (error: Error) => void;
}

/** The two lengths before every request and response: of the JSON, and of the bytes after it. */
const frameLength = 8;

const startTimeoutMs = 120_000;

/**
 * A Python script that keeps running and handles requests one after the other, so thousands of cases need only one start
 * of Python. The script imports `serve` from `scripts/counterpart.py`.
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
  /** How many bytes must have arrived before the next frame can be read. */
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
   * Starts a script and waits until it is ready. Importing Python's libraries takes seconds, and many on a busy machine.
   *
   * @param script a file of `scripts/` by name, or an absolute path.
   * @throws Error with Python's error output if the script ends instead.
   */
  static async start(script: string, args: readonly string[] = []): Promise<PythonCounterpart> {
    const counterpart = new PythonCounterpart(script, spawn(await python(), [resolve(scripts, script), ...args]));
    await counterpart.#nextResponse(startTimeoutMs);
    return counterpart;
  }

  /**
   * Sends a request to the script. Many requests may wait at the same time; responses come in the order of the calls.
   *
   * @param timeoutMs after this many milliseconds the script counts as stuck: it is killed, and all waiting requests reject.
   * @throws Error with Python's traceback if the script raised an exception; the script stays usable.
   */
  async request(value: unknown, bytes: Uint8Array = new Uint8Array(), timeoutMs = 60_000): Promise<PythonResponse> {
    if (this.#ended !== undefined) throw this.#ended;
    const text = new TextEncoder().encode(JSON.stringify(value));
    const lengths = new DataView(new ArrayBuffer(frameLength));
    lengths.setUint32(0, text.length, true);
    lengths.setUint32(4, bytes.length, true);
    for (const part of [new Uint8Array(lengths.buffer), text, bytes]) this.#process.stdin.write(part);
    return this.#nextResponse(timeoutMs);
  }

  /** Ends the script. Waiting requests reject. */
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

  /** Waits for the response after those that are already waited for. */
  #nextResponse(timeoutMs: number): Promise<PythonResponse> {
    const response = new Promise<PythonResponse>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const timer = setTimeout(() => {
      this.#end(new Error(`${this.#script} did not respond within ${timeoutMs} ms`));
      this.#process.kill("SIGKILL");
    }, timeoutMs);
    return response.finally(() => clearTimeout(timer));
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
      this.#settle(rest.subarray(frameLength, textEnd), rest.subarray(textEnd, this.#awaited));
      rest = rest.subarray(this.#awaited);
      this.#awaited = frameLength;
    }
    this.#chunks = [rest];
    this.#received = rest.length;
  }

  #settle(text: Uint8Array, bytes: Uint8Array): void {
    const response: { value?: unknown; error?: string; traceback?: string } = JSON.parse(
      new TextDecoder().decode(text),
    );
    const waiting = this.#waiting.shift();
    // The caller gets a copy with its own buffer, which starts at offset 0.
    if (response.error === undefined) waiting?.resolve({ value: response.value, bytes: new Uint8Array(bytes) });
    else waiting?.reject(new Error(`${this.#script}: ${response.error}\n${response.traceback}`));
  }
}
