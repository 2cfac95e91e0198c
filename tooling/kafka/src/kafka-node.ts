import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

/** How a node is started. */
export interface NodeSettings {
  readonly id: number;
  readonly port: number;
  readonly classpath: string;
  readonly configFile: string;
  readonly logFile: string;
  readonly heapMegabytes: number;
}

/** One Kafka node: a process that can be stopped, killed, frozen and started again on the same port and data. */
export class KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly #settings: NodeSettings;
  #process: ChildProcess | undefined;

  constructor(settings: NodeSettings) {
    this.id = settings.id;
    this.port = settings.port;
    this.#settings = settings;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts the process without waiting until it serves. */
  launch(): void {
    const { classpath, configFile, logFile, heapMegabytes } = this.#settings;
    const log = openSync(logFile, "a");
    const heap = [`-Xmx${heapMegabytes}m`, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
    const child = spawn("java", [...heap, "-cp", classpath, "kafka.Kafka", configFile], {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    this.#process = child;
    const end = (): boolean => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("exit", () => process.removeListener("exit", end));
  }

  /** Resolves when the node takes requests; rejects with the end of its log when it died or took too long. */
  async ready(timeoutMs = 60_000): Promise<void> {
    const deadline = performance.now() + timeoutMs;
    while (!(await answers(this.port))) {
      const died = this.#process?.exitCode !== null || this.#process.signalCode !== null;
      if (died || performance.now() > deadline) {
        throw new Error(
          `Kafka node ${this.id} ${died ? "ended" : "does not answer"}; the end of its log:\n${this.#logEnd()}`,
        );
      }
      await wait(50);
    }
  }

  /** Starts the node again after `stop` or `kill`, with the data that it had. */
  async start(): Promise<void> {
    this.launch();
    await this.ready();
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

  async #end(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }

  #logEnd(): string {
    return readFileSync(this.#settings.logFile, "utf8").split("\n").slice(-15).join("\n");
  }
}

/** Kafka's ApiVersions request, version 0, correlation id 1, no client id: the one that every node answers. */
const apiVersionsRequest = Buffer.from("0000000a0012000000000001ffff", "hex");

/** Whether a broker on this port answers a request. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => settle(false));
    socket.once("error", () => settle(false));
    socket.once("close", () => settle(false));
    socket.once("connect", () => socket.write(apiVersionsRequest));
    socket.once("data", () => settle(true));
  });
}
