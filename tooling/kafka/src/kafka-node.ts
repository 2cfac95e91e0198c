import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

import { brokerIds } from "./broker-ids.ts";
import type { Guardian } from "./reaper.ts";

/** How a node is started. */
export interface NodeSettings {
  readonly id: number;
  /** Where clients connect. */
  readonly port: number;
  /** Where the nodes talk with each other, always in plain. */
  readonly internalPort: number;
  readonly classpath: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly guardian: Guardian;
}

/** What a node is waited for. */
export interface ReadyOptions {
  /** The nodes that it must know to be up; itself by default. */
  readonly knows?: readonly number[];
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number;
}

/** Room for a test's data, no room to hide a leak. The quickest start counts more than the last tenth of speed. */
const javaOptions = ["-Xmx400m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

const logOptions = ["defaultLogLevel=warn", "showDateTime=true", "dateTimeFormat=HH:mm:ss.SSS"].map(
  (option) => `-Dorg.slf4j.simpleLogger.${option}`,
);

/** After SIGTERM, before the node is ended the hard way. */
const stopDeadlineMs = 30_000;

/** One Kafka node: a process that can be stopped, killed, frozen and started again on the same port and data. */
export class KafkaNode {
  readonly id: number;
  readonly port: number;
  /** Where the process writes what it has to say: warnings and errors. */
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

  /** Whether there is a process, also a paused one. */
  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  /** Starts the process without waiting until it serves. */
  launch(): void {
    if (this.running) return;
    const { classpath, configFile, logFile, guardian } = this.#settings;
    const log = openSync(logFile, "a");
    this.#process = spawn("java", [...javaOptions, ...logOptions, "-cp", classpath, "kafka.Kafka", configFile], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    guardian.guard(this.#process);
  }

  /** Resolves when the node takes requests and knows the others; rejects with the end of its log if that fails. */
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

  /** Starts the node again after `stop` or `kill`, with the data that it had, and waits until it serves. */
  async start(options: ReadyOptions = {}): Promise<void> {
    this.launch();
    await this.ready(options);
  }

  /** SIGTERM: the node hands over its partitions and ends. */
  stop(): Promise<void> {
    return this.#end("SIGTERM");
  }

  /** SIGKILL: the node is gone at once. */
  kill(): Promise<void> {
    return this.#end("SIGKILL");
  }

  /** SIGSTOP: the node keeps its sockets and does nothing. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  /** SIGCONT, after `pause`. */
  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Resolves when there is no process, at once if there is none now. */
  async ended(): Promise<void> {
    if (this.#process !== undefined && this.running) await once(this.#process, "exit");
  }

  /** The end of what the process wrote. */
  async lastWords(): Promise<string> {
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
    return new Error(`Kafka node ${this.id} on port ${this.port} ${what}. ${await this.lastWords()}`);
  }
}
