import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

import type { GatewayCalls } from "./gateway-process.ts";
import { RawViewer } from "./raw-viewer.ts";

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** A gateway over a log in memory, in a process of its own that anything unhandled ends. See `gateway-process.ts`. */
export class SpawnedGateway implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #waiting = new Map<number, (reply: Reply) => void>();
  #nextId = 1;
  #errors = "";
  #nextBeside = 0n;

  private constructor(options: object) {
    const flags = ["--conditions=@dataqueues/source", "--unhandled-rejections=strict", "--max-old-space-size=256"];
    const script = join(import.meta.dirname, "gateway-process.ts");
    this.#process = fork(script, [JSON.stringify(options)], {
      execArgv: flags,
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.stderr?.on("data", (text: Buffer) => (this.#errors += text.toString()));
    this.#process.on("message", (reply: Reply) => this.#waiting.get(reply.id)?.(reply));
    this.#exited = once(this.#process, "exit").then(() => {
      const error = `the gateway's process ended: ${this.#errors}`;
      for (const [id, settle] of this.#waiting) settle({ id, error });
    });
  }

  /** @param options - those of `serveGateway`, as far as JSON can say them */
  static async start(options: object = {}): Promise<SpawnedGateway> {
    const gateway = new SpawnedGateway(options);
    await gateway.#reply(0);
    await gateway.call("createTopics", [["public-beside", 1]]);
    return gateway;
  }

  /** Calls one of the functions of the process. */
  async call<Name extends keyof GatewayCalls>(
    name: Name,
    ...[argument]: Parameters<GatewayCalls[Name]>
  ): Promise<Awaited<ReturnType<GatewayCalls[Name]>>> {
    const id = this.#nextId++;
    const reply = this.#reply(id);
    this.#process.send({ id, name, argument });
    return (await reply) as never;
  }

  /**
   * Runs an attack. All the while another viewer, of another address, reads records as they are written, and a last one comes to
   * see that there is still room for it. Any record that does not come makes this reject.
   *
   * @returns by how many MiB the process grew at its peak
   */
  async attack(attack: (url: string) => Promise<unknown>): Promise<number> {
    const url = await this.call("url");
    const before = await this.call("peakMemory");
    using beside = await RawViewer.open(url, { localAddress: "127.0.0.2" });
    let isOver = false;
    const attacking = attack(url).finally(() => (isOver = true));
    const reading = async (): Promise<void> => {
      while (!isOver) await this.#readOne(beside);
    };
    await Promise.all([attacking, reading()]);
    using late = await RawViewer.open(url, { localAddress: "127.0.0.3" });
    for (let i = 0; i < 5; i++) await this.#readOne(late);
    return (await this.call("peakMemory")) - before;
  }

  async #readOne(viewer: RawViewer): Promise<void> {
    const offset = this.#nextBeside++;
    const [[record]] = await Promise.all([
      viewer.read("public-beside", offset, 1),
      this.call("append", { topic: "public-beside", count: 1, bytes: 1_000 }),
    ]);
    if (record?.offset !== offset) throw new Error(`record ${record?.offset} came in the place of ${offset}`);
  }

  async #reply(id: number): Promise<unknown> {
    const { result, error } = await new Promise<Reply>((resolve) => this.#waiting.set(id, resolve));
    this.#waiting.delete(id);
    if (error !== undefined) throw new Error(error);
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.connected) this.#process.disconnect();
    await this.#exited;
  }
}
