import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ConsumerOptions } from "@dataqueues/core";
import { python, scripts } from "@dataqueues/tooling-python";

import { waitUntil } from "../wait-until.ts";
import { EventFile } from "./event-file.ts";
import type { MemberEvent } from "./event-file.ts";
import type { MemberHistory } from "./group-checker.ts";

/** What a member process is told. */
export interface MemberTask extends Pick<
  ConsumerOptions<Uint8Array>,
  | "group"
  | "groupProtocol"
  | "groupInstanceId"
  | "assignor"
  | "sessionTimeoutMs"
  | "heartbeatIntervalMs"
  | "autoCommitIntervalMs"
  | "requestTimeoutMs"
> {
  readonly servers: readonly string[];
  readonly topics: readonly string[];
  readonly from?: "earliest" | "latest";
  /** How long it takes to handle a message. */
  readonly handleMs: number;
  /** The file that it appends its events to, one line of JSON each. */
  readonly file: string;
}

/** How long a member may take to leave its group and end. */
const closeMs = 15_000;

/** A member of a group: a process of its own, so that it can be killed and frozen. */
export class Member implements AsyncDisposable {
  readonly name: string;
  readonly task: MemberTask;
  /** What the nemesis did to it. */
  fate: string | null = null;
  /** How long it may go on with partitions that were taken from it without a word. */
  graceMs = 0;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #file: EventFile;
  #errors = "";
  readonly #owned = new Set<number>();
  readonly #handled: MemberEvent[] = [];
  readonly #counts = new Map<string, number>();

  /** Starts the member of this suite. */
  static start(name: string, task: MemberTask): Member {
    const options = ["--conditions=@dataqueues/source", "--unhandled-rejections=strict"];
    const program = join(import.meta.dirname, "member-process.ts");
    return new Member(name, task, process.execPath, [...options, program]);
  }

  /** Starts a member with Python's aiokafka, in a classic group with range. */
  static async startPython(
    name: string,
    task: MemberTask & { readonly commits: "handled" | "fetched" },
  ): Promise<Member> {
    return new Member(name, task, await python(), [join(scripts, "aiokafka_group_member.py")]);
  }

  private constructor(name: string, task: MemberTask, command: string, args: readonly string[]) {
    this.name = name;
    this.task = task;
    this.#file = new EventFile(task.file);
    this.#process = spawn(command, [...args, JSON.stringify(task)], { stdio: ["pipe", "ignore", "pipe"] });
    this.#exited = once(this.#process, "close");
    this.#process.stderr?.on("data", (bytes: Uint8Array) => {
      this.#errors = (this.#errors + new TextDecoder().decode(bytes)).slice(-4_000);
    });
  }

  /** Whether the process exists. A frozen one does. */
  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The partitions that it owns, by the events that it wrote until now. */
  get owned(): ReadonlySet<number> {
    this.#readEvents();
    return this.#owned;
  }

  /** What it has handled until now. */
  get handled(): readonly MemberEvent[] {
    this.#readEvents();
    return this.#handled;
  }

  /** How often each of its other events came until now. */
  get counts(): ReadonlyMap<string, number> {
    this.#readEvents();
    return this.#counts;
  }

  /** Resolves when an event has come so often. */
  came(what: string, times: number): Promise<void> {
    return waitUntil(() => (this.counts.get(what) ?? 0) >= times, 30_000, `${what} of ${this.name}`);
  }

  /** SIGKILL: gone at once, without a word to its group. */
  async kill(): Promise<void> {
    this.fate ??= "killed";
    this.#process.kill("SIGKILL");
    await this.#exited;
  }

  /** SIGTERM: it closes its consumer and ends. */
  async stop(): Promise<void> {
    // Before it takes the signal, the signal ends it as SIGKILL would.
    await this.came("started", 1);
    this.#process.kill("SIGTERM");
    await waitUntil(() => !this.running, closeMs, `the end of ${this.name}`);
    await this.#exited;
  }

  /** SIGSTOP: it does nothing, and its sockets stay open. */
  freeze(): void {
    this.fate ??= "frozen";
    this.#process.kill("SIGSTOP");
  }

  /** SIGCONT: it goes on after `freeze`. */
  thaw(): void {
    this.#process.kill("SIGCONT");
  }

  /** Why it ended by itself or otherwise than it should, in words. */
  get failures(): string[] {
    const { exitCode, signalCode } = this.#process;
    if (this.running || exitCode === 0 || signalCode === "SIGKILL") return [];
    return [`${this.name} ended with ${signalCode ?? exitCode}: ${this.#errors}`];
  }

  history(): MemberHistory {
    return { name: this.name, fate: this.fate, graceMs: this.graceMs, lines: this.#file.text() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.running) return;
    this.#process.kill("SIGKILL");
    await this.#exited;
  }

  #readEvents(): void {
    for (const event of this.#file.next()) {
      const { what, partitions = [] } = event;
      if (what === "handled") this.#handled.push(event);
      else this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
      for (const [, partition] of partitions) {
        if (what === "assigned") this.#owned.add(partition);
        else this.#owned.delete(partition);
      }
    }
  }
}
