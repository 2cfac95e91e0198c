import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { GatewayOptions } from "@dataqueues/gateway";
import { freePorts } from "@dataqueues/tooling-kafka";

/** What a gateway in a process of its own is given. */
export interface GatewayProcessOptions extends Partial<Pick<GatewayOptions, "port" | "roles" | "limits">> {
  readonly bootstrapServers: readonly string[];
  /** A pattern of topics. */
  readonly topics: string;
}

/** A gateway in a process of its own, which can be killed and started again on its port. */
export class GatewayProcess implements AsyncDisposable {
  readonly #options: GatewayProcessOptions;
  #process: ChildProcess | undefined;
  #url = "";

  private constructor(options: GatewayProcessOptions) {
    this.#options = options;
  }

  static async start(options: GatewayProcessOptions): Promise<GatewayProcess> {
    // Not one of those from which systems take the ports of connections: a page that tries again must not get it meanwhile.
    const [port = 0] = await freePorts(1);
    const gateway = new GatewayProcess({ port, ...options });
    await gateway.start();
    return gateway;
  }

  /** Where pages connect. */
  get url(): string {
    return this.#url;
  }

  get port(): number {
    return Number(new URL(this.#url).port);
  }

  /** Starts the process, after it has ended, and waits until it listens. */
  async start(): Promise<void> {
    const script = join(import.meta.dirname, "gateway-main.ts");
    const child = spawn(
      process.execPath,
      ["--conditions=@dataqueues/source", "--unhandled-rejections=strict", script, JSON.stringify(this.#options)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    this.#process = child;
    const ended = once(child, "exit").then(() => Promise.reject(new Error("the gateway ended before it listened")));
    const [url] = await Promise.race([once(createInterface(child.stdout), "line"), ended]);
    ended.catch(() => undefined);
    this.#url = String(url);
  }

  /** Sends SIGKILL and waits until the process is gone. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Lets the gateway close by itself. Resolves with how the process ended: an exit code, or the signal that ended it. */
  stop(): Promise<number | string | null> {
    return this.#end("SIGTERM");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  async #end(signal: "SIGKILL" | "SIGTERM"): Promise<number | string | null> {
    const child = this.#process;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal);
      await once(child, "exit");
    }
    return child.exitCode ?? child.signalCode;
  }
}
