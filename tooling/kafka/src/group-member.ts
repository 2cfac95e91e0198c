import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export type MemberPartition = readonly [topic: string, partition: number];

/** What a member prints: a line of JSON each. `at` is Unix time in milliseconds. */
export type GroupMemberLine =
  | { readonly event: "started"; readonly at: number }
  | {
      readonly event: "record";
      readonly at: number;
      readonly topic: string;
      readonly partition: number;
      readonly offset: number;
    }
  | {
      readonly event: "assigned" | "revoked" | "lost";
      readonly at: number;
      readonly partitions: readonly MemberPartition[];
    };

/** How long a member may take to end after SIGTERM; then it is killed, and its test fails. */
const stopDeadlineMs = 30_000;

/** A member of a group in a process of its own, which prints what it handles and what it is given. */
export class GroupMember implements AsyncDisposable {
  readonly name: string;
  /** What it has printed so far. */
  readonly lines: GroupMemberLine[] = [];
  readonly #process: ChildProcess;
  readonly #killAtExit = (): boolean => this.#process.kill("SIGKILL");
  readonly #closed: Promise<unknown>;
  #errors = "";
  #isStopping = false;
  #failure: Error | undefined;

  /** @param name what errors call it. */
  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name;
    this.#process = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#closed = once(this.#process, "close").catch((cause: unknown) => {
      this.#failure = new Error(`the member ${name} could not be run`, { cause });
    });
    process.once("exit", this.#killAtExit);
    this.#process.stderr?.on("data", (chunk: Uint8Array) => {
      this.#errors = (this.#errors + new TextDecoder().decode(chunk)).slice(-4_000);
    });
    if (this.#process.stdout) {
      createInterface({ input: this.#process.stdout }).on("line", (line) => this.lines.push(JSON.parse(line)));
    }
    this.#process.once("close", (code, signal) => {
      process.removeListener("exit", this.#killAtExit);
      if (!this.#isStopping)
        this.#failure = new Error(`the member ${name} ended with ${signal ?? code}: ${this.#errors}`);
    });
  }

  /** Throws if the process has ended by itself. */
  check(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What it printed to its standard error, the last of it. */
  get errors(): string {
    return this.#errors;
  }

  /** Sends SIGTERM: the member commits and leaves. Resolves when the process has ended. */
  async stop(): Promise<void> {
    this.check();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#process.kill("SIGKILL");
    }, stopDeadlineMs);
    await this.#end("SIGTERM");
    clearTimeout(timer);
    if (isLate) throw new Error(`the member ${this.name} did not end within ${stopDeadlineMs} ms: ${this.#errors}`);
    const { exitCode } = this.#process;
    // Java's code after a signal is the signal's number and 128.
    if (exitCode !== null && exitCode !== 0 && exitCode !== 143) {
      throw new Error(`the member ${this.name} ended with ${exitCode} after SIGTERM: ${this.#errors}`);
    }
  }

  /** Sends SIGKILL: the member is gone, and its group is not told. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Kills it if it still runs. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#isStopping = true;
    this.#process.kill(signal);
    await this.#closed;
  }
}

/** The partitions that a member owns after what it printed, as `topic-partition`, in order. */
export function ownedPartitions(lines: readonly GroupMemberLine[]): string[] {
  const owned = new Set<string>();
  for (const line of lines) {
    if (line.event === "started" || line.event === "record") continue;
    for (const [topic, partition] of line.partitions) {
      if (line.event === "assigned") owned.add(`${topic}-${partition}`);
      else owned.delete(`${topic}-${partition}`);
    }
  }
  return [...owned].sort();
}
