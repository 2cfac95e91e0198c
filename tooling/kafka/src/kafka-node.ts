import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

import { brokerIds } from "./broker-ids.ts";
import type { Reaper } from "./reaper.ts";

/** How a node is started. */
export interface NodeSettings {
  readonly id: number;
  /** Where clients connect. */
  readonly port: number;
  /** Where the other nodes connect, always without TLS and SASL. */
  readonly internalPort: number;
  readonly classpath: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly reaper: Reaper;
}

/** When a node counts as ready. */
export interface ReadyOptions {
  /** Ids of the nodes that it must know to be up; by default its own. */
  readonly knows?: readonly number[];
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** A small heap, enough for the data of a test, and options for a quick start rather than for throughput. */
const javaOptions = ["-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

const logOptions = ["defaultLogLevel=warn", "showDateTime=true", "dateTimeFormat=HH:mm:ss.SSS"].map(
  (option) => `-Dorg.slf4j.simpleLogger.${option}`,
);

/** How long a node may take to end after SIGTERM; then it is killed. */
const stopDeadlineMs = 30_000;

/** One Kafka node: a process that can be stopped, killed, frozen and started again on the same port and data. */
export class KafkaNode {
  readonly id: number;
  readonly port: number;
  /** The file with the warnings and errors of the process. */
  readonly logFile: string;
  readonly #settings: NodeSettings;
  #process: ChildProcess | undefined;

  constructor(settings: NodeSettings) {
    this.id = settings.id;
    this.port = settings.port;
    this.logFile = settings.logFile;
    this.#settings = settings;
  }

  /** The id of the process, while it runs. */
  get pid(): number | undefined {
    return this.running ? this.#process?.pid : undefined;
  }

  /** Whether the process exists. A paused one does. */
  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts the process without waiting until it is ready. */
  launch(): void {
    if (this.running) return;
    const { classpath, configFile, logFile, reaper } = this.#settings;
    const log = openSync(logFile, "a");
    this.#process = spawn("java", [...javaOptions, ...logOptions, "-cp", classpath, "kafka.Kafka", configFile], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    reaper.watch(this.#process);
  }

  /** Resolves when the node takes requests and knows the other nodes. Rejects with the end of its log if that fails. */
  async ready({ knows = [this.id], signal, timeoutMs = 60_000 }: ReadyOptions = {}): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const up = await brokerIds(this.#settings.internalPort);
      if (knows.every((id) => up.includes(id))) return;
      if (!this.running) throw await this.#failure("ended");
      if (performance.now() > deadline) throw await this.#failure(`was not ready within ${timeoutMs} ms`);
      await wait(50, undefined, { signal });
    }
  }

  /** Starts the node again after `stop` or `kill`, with its old data, and waits until it is ready. */
  async start(options: ReadyOptions = {}): Promise<void> {
    this.launch();
    await this.ready(options);
  }

  /** Sends SIGTERM: the node hands over its partitions and ends. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** Sends SIGKILL: the node is gone at once. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** Sends SIGSTOP: the node keeps its sockets open and does nothing. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** Sends SIGCONT: the node continues after `pause`. */
  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Resolves when the process has ended, at once if there is none. */
  async ended(): Promise<void> {
    if (this.#process !== undefined && this.running) await once(this.#process, "exit");
  }

  /** The last lines of the log file, for an error message. */
  async endOfLog(): Promise<string> {
    const lines = (await readFile(this.logFile, "utf8")).trim().split("\n").slice(-15);
    return `The end of its log:\n${lines.join("\n")}`;
  }

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (child === undefined || !this.running) return;
    child.kill(signal);
    this.resume();
    const timer = setTimeout(() => child.kill("SIGKILL"), stopDeadlineMs);
    await this.ended();
    clearTimeout(timer);
  }

  async #failure(what: string): Promise<Error> {
    return new Error(`Kafka node ${this.id} on port ${this.port} ${what}. ${await this.endOfLog()}`);
  }
}
