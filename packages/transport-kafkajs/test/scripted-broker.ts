import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";

import { Fields, int16, int32, joined, list } from "./fields.ts";

/** Kafka's numbers of the requests that are scripted here: https://kafka.apache.org/protocol#protocol_api_keys */
export const api = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  metadata: 3,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  leaveGroup: 13,
  syncGroup: 14,
  saslHandshake: 17,
  apiVersions: 18,
  createTopics: 19,
  deleteTopics: 20,
  deleteRecords: 21,
  describeLogDirs: 35,
  initProducerId: 22,
  describeConfigs: 32,
  saslAuthenticate: 36,
  createPartitions: 37,
  incrementalAlterConfigs: 44,
  consumerGroupHeartbeat: 68,
} as const;

/** The highest versions before the flexible ones. */
export const plainVersions: Readonly<Record<number, readonly [number, number]>> = {
  [api.produce]: [3, 8],
  [api.fetch]: [4, 11],
  [api.listOffsets]: [1, 5],
  [api.metadata]: [4, 7],
  [api.findCoordinator]: [0, 2],
  [api.joinGroup]: [0, 5],
  [api.heartbeat]: [0, 3],
  [api.leaveGroup]: [0, 3],
  [api.syncGroup]: [0, 3],
  [api.saslHandshake]: [0, 1],
  [api.apiVersions]: [0, 2],
  [api.createTopics]: [2, 4],
  [api.deleteTopics]: [1, 3],
  [api.deleteRecords]: [0, 1],
  [api.describeLogDirs]: [0, 1],
  [api.initProducerId]: [0, 1],
  [api.describeConfigs]: [1, 1],
  [api.saslAuthenticate]: [0, 0],
  [api.createPartitions]: [0, 1],
  [api.incrementalAlterConfigs]: [0, 0],
};

/** A request as the broker received it. */
export interface Asked {
  readonly api: number;
  readonly version: number;
  readonly number: number;
  readonly clientId: string | null;
  /** What comes after the header. */
  readonly body: Fields;
  readonly socket: Socket;
}

/** What a broker does with a request: responds, stays silent, hangs up, or sends bytes that are no response. */
export type Reply = Uint8Array | "nothing" | "hang up" | { readonly raw: Uint8Array };

type Script = (asked: Asked) => Reply | Promise<Reply>;

/** The response to ApiVersions, version 2. */
export function offered(
  versions: Readonly<Record<number, readonly [number, number]>>,
  without: readonly number[] = [],
  throttleMs = 0,
): Buffer {
  const each = Object.entries(versions)
    .filter(([key]) => !without.includes(Number(key)))
    .map(([key, [min, max]]) => joined(int16(Number(key)), int16(min), int16(max)));
  return joined(int16(0), list(...each), int32(throttleMs));
}

/** A broker of Kafka that responds as a test scripts it. It stays silent on requests that have no script. */
export class ScriptedBroker {
  readonly address: string;
  readonly port: number;
  readonly asked: Asked[] = [];
  /** Connections that are open. */
  readonly sockets = new Set<Socket>();
  /** Connections that were made so far. */
  dialled = 0;
  readonly #server: Server;
  readonly #scripts = new Map<number, Script>([[api.apiVersions, () => offered(plainVersions)]]);

  private constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.address = `127.0.0.1:${this.port}`;
    server.on("connection", (socket) => {
      this.dialled += 1;
      this.sockets.add(socket);
      socket.on("error", () => {}).on("close", () => this.sockets.delete(socket));
      readFrames(socket, (frame) => void this.#response(frame, socket));
    });
  }

  static async start(): Promise<ScriptedBroker> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new ScriptedBroker(server);
  }

  /** Sets how requests of a kind are treated from now on. */
  on(key: number, script: Script): this {
    this.#scripts.set(key, script);
    return this;
  }

  /** The requests of a kind that came so far. */
  askedFor(key: number): Asked[] {
    return this.asked.filter((asked) => asked.api === key);
  }

  /** Takes no more connections and ends those that are open. */
  stop(): void {
    this.#server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  async #response(frame: Buffer, socket: Socket): Promise<void> {
    const body = new Fields(frame);
    const [key, version, number, clientId] = [body.int16(), body.int16(), body.int32(), body.text()];
    const asked = { api: key, version, number, clientId, body, socket };
    this.asked.push(asked);
    const reply = (await this.#scripts.get(key)?.(asked)) ?? "nothing";
    if (reply === "nothing") return;
    if (reply === "hang up") socket.destroy();
    else socket.write("raw" in reply ? reply.raw : framed(number, reply));
  }
}

/** A response with its size and the number of its request before it. */
export function framed(number: number, body: Uint8Array): Buffer {
  return joined(int32(4 + body.length), int32(number), body);
}

function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let bytes: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = joined(bytes, chunk);
    while (bytes.length >= 4 && bytes.length >= 4 + bytes.readInt32BE()) {
      const end = 4 + bytes.readInt32BE();
      onFrame(bytes.subarray(4, end));
      bytes = bytes.subarray(end);
    }
  });
}
