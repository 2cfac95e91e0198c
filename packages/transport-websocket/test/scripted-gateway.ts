import type { FetchLimits, ReadConnection } from "@dataqueues/core";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { WebSocket, WebSocketServer } from "ws";
import type { ServerOptions } from "ws";

import { websocket } from "../src/index.ts";

/** A frame as a test writes or reads it, by the layout in docs/gateway-protocol.md and not by the package's own code. */
export interface TestFrame {
  readonly type: number;
  readonly id: number;
  readonly body: unknown;
  readonly records: Buffer;
}

/** A frame's bytes. */
export function frame(type: number, id: number, body: unknown, records: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  const start = Buffer.alloc(Math.ceil((16 + json.length) / 8) * 8);
  start.writeUInt8(type, 0);
  start.writeUInt8(1, 1);
  start.writeUInt32LE(id, 4);
  start.writeUInt32LE(json.length, 8);
  json.copy(start, 16);
  return Buffer.concat([start, records]);
}

function parse(bytes: Buffer): TestFrame {
  const end = 16 + bytes.readUInt32LE(8);
  return {
    type: bytes.readUInt8(0),
    id: bytes.readUInt32LE(4),
    body: JSON.parse(bytes.toString("utf8", 16, end)),
    records: bytes.subarray(Math.ceil(end / 8) * 8),
  };
}

export const limits = {
  heartbeatMs: 30_000,
  outstandingRequests: 8,
  maxFrameBytes: 65_536,
  maxItems: 256,
  maxProduceBytes: 16_777_216,
};

/** One client as the script sees it. */
export interface Client {
  readonly socket: WebSocket;
  /** All frames that came, HELLO first. */
  readonly frames: TestFrame[];
  /** Their bytes. */
  readonly received: Buffer[];
  /** How the client closed, once it has. */
  closed: number | undefined;
  /** The next frame of a type, waited for. */
  next(type: number): Promise<TestFrame>;
  answer(request: TestFrame, body: unknown, records?: Uint8Array): void;
}

/** A gateway that does what a test says, on a real WebSocket. */
export interface ScriptedGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly clients: Client[];
  /** The next client that says HELLO. */
  client(): Promise<Client>;
}

/** What the script does; by default HELLO is answered with {@link limits} and everything else waits for the test. */
export interface Script extends Partial<ServerOptions> {
  readonly onHello?: ((client: Client, hello: TestFrame) => void) | undefined;
  readonly onFrame?: ((client: Client, frame: TestFrame) => void) | undefined;
}

export async function scriptedGateway(script: Script = {}): Promise<ScriptedGateway> {
  const { onHello = (client, hello) => client.answer(hello, limits), onFrame, ...options } = script;
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const clients: Client[] = [];
  const ready: Client[] = [];
  const waiting: ((client: Client) => void)[] = [];
  server.on("connection", (socket) => {
    const client = newClient(socket);
    clients.push(client);
    socket.on("message", (data: Buffer) => {
      const received = parse(data);
      client.frames.push(received);
      client.received.push(data);
      if (received.type !== 1) return onFrame?.(client, received);
      onHello(client, received);
      const take = waiting.shift();
      if (take === undefined) ready.push(client);
      else take(client);
    });
  });
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    clients,
    client: async () => ready.shift() ?? new Promise((resolve) => waiting.push(resolve)),
    async [Symbol.asyncDispose]() {
      for (const { socket } of clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function newClient(socket: WebSocket): Client {
  const frames: TestFrame[] = [];
  const taken = new Set<TestFrame>();
  const client: Client = {
    socket,
    frames,
    received: [],
    closed: undefined,
    async next(type) {
      for (;;) {
        const found = frames.find((each) => each.type === type && !taken.has(each));
        if (found !== undefined) {
          taken.add(found);
          return found;
        }
        await once(socket, "message");
      }
    },
    answer: (request, body, records) => socket.send(frame(request.type | 0x80, request.id, body, records)),
  };
  socket.on("close", (code) => (client.closed = code));
  return client;
}

/** HELLO answered with other limits. */
export function allowing(changed: Partial<typeof limits>): Script["onHello"] {
  return (client, hello) => client.answer(hello, { ...limits, ...changed });
}

/** How a client closes, waited for. */
export async function closedBy(client: Client): Promise<number | undefined> {
  if (client.closed === undefined) await once(client.socket, "close");
  return client.closed;
}

/** A reader on a scripted gateway, and how the script sees it. */
export async function openReader(
  gateway: ScriptedGateway,
): Promise<{ readonly reader: ReadConnection; readonly client: Client }> {
  const reader = await websocket(gateway.url, { WebSocket }).open("read");
  return { reader, client: await gateway.client() };
}

/** The first partition of a topic, and limits of a fetch that waits for a minute. */
export const place = { topic: "gains", partition: 0 } as const;
export const patient: FetchLimits = { maxWaitMs: 60_000, minBytes: 1, maxBytes: 1_000, maxBytesPerPartition: 1_000 };
