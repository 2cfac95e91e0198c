import { once } from "node:events";
import { createServer, Socket } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";

import { afterEach, expect, test, vi } from "vitest";

import { openSocket } from "../src/open-socket.ts";
import { open, refusal } from "./scripted-cluster.ts";

const ends: (() => void)[] = [];

afterEach(() => {
  vi.restoreAllMocks();
  for (const end of ends.splice(0)) end();
});

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  ends.push(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

type Wanted = Partial<Parameters<typeof openSocket>[0]> & { readonly port: number };

/** A socket that ends with the test. */
function opened(wanted: Wanted): Socket {
  const made: unknown = openSocket({ host: "127.0.0.1", ssl: false as never, onConnect: () => {}, ...wanted });
  if (!(made instanceof Socket)) throw new Error("no socket");
  ends.push(() => made.destroy());
  return made;
}

/** Encryption by a key that both sides know, which needs no certificate. */
const psk = { psk: Buffer.from("5ec12e7a5ec12e7a5ec12e7a5ec12e7a", "hex"), identity: "test" };
const encrypted = {
  ciphers: "PSK",
  maxVersion: "TLSv1.2",
  pskCallback: () => psk,
  checkServerIdentity: () => undefined,
} as const;

/** A TLS server and the first socket that connects to it. */
async function listenTls(): Promise<{ readonly port: number; readonly connected: Promise<TLSSocket> }> {
  const connected = Promise.withResolvers<TLSSocket>();
  const server = createTlsServer({ ciphers: "PSK", maxVersion: "TLSv1.2", pskCallback: () => psk.psk }, (socket) => {
    socket.on("error", () => {});
    ends.push(() => socket.destroy());
    connected.resolve(socket);
  });
  return { port: await listening(server), connected: connected.promise };
}

test("all bytes are passed on in order, however large the chunks", async () => {
  const sent = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff));
  const port = await listening(createServer((socket) => void socket.on("error", () => {}).end(sent)));
  const onConnect = vi.fn();
  const socket = opened({ port, onConnect });
  const pieces: Buffer[] = [];
  // Each chunk is copied at once, as its memory is used again.
  socket.on("data", (piece: Buffer) => pieces.push(Buffer.from(piece)));
  await once(socket, "end");
  expect(Buffer.concat(pieces).equals(sent)).toBe(true);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
  expect(onConnect).toHaveBeenCalledTimes(1);
});

test("a socket reads into the same memory each time", async () => {
  const port = await listening(createServer((socket) => void socket.on("error", () => {}).end(Buffer.alloc(300_000))));
  const socket = opened({ port });
  const memories = new Set<unknown>();
  socket.on("data", ({ buffer }: Buffer) => memories.add(buffer));
  await once(socket, "end");
  expect(memories.size).toBe(1);
});

test("a socket sends at once, and has a keep-alive of one minute", async () => {
  const port = await listening(createServer((socket) => void socket.on("error", () => {})));
  const noDelay = vi.spyOn(Socket.prototype, "setNoDelay");
  const keepAlive = vi.spyOn(Socket.prototype, "setKeepAlive");
  await once(opened({ port }), "connect");
  expect(noDelay.mock.calls[0]).toEqual([true]);
  expect(keepAlive.mock.calls[0]).toEqual([true, 60_000]);
});

test("an encrypted socket names its host to the server, and both can read each other", async () => {
  const { port, connected } = await listenTls();
  const noDelay = vi.spyOn(Socket.prototype, "setNoDelay");
  const onConnect = vi.fn();
  const socket = opened({ port, host: "localhost", ssl: encrypted, onConnect });
  const server = await connected;
  server.write("hello");
  const [said] = (await once(socket, "data")) as [Buffer];
  expect(said.toString()).toBe("hello");
  expect(socket).toBeInstanceOf(TLSSocket);
  expect(server.servername).toBe("localhost");
  expect(onConnect).toHaveBeenCalledTimes(1);
  expect(noDelay).toHaveBeenCalledWith(true);
});

test("an IP address is not sent as the server's name", async () => {
  const { port, connected } = await listenTls();
  const socket = opened({ port, ssl: encrypted });
  await once(socket, "secureConnect");
  expect((await connected).servername).toBe(false);
});

test("the servername of the settings is used", async () => {
  const { port, connected } = await listenTls();
  opened({ port, host: "localhost", ssl: { ...encrypted, servername: "kafka.example.org" } });
  expect((await connected).servername).toBe("kafka.example.org");
});

test("a host whose TLS is refused is named, is not retriable, and no other host is tried", async () => {
  const { port } = await listenTls();
  let dialled = 0;
  const other = await listening(createServer((socket) => void socket.destroy(void (dialled += 1))));
  const error = await refusal(open("read", [`127.0.0.1:${port}`, `127.0.0.1:${other}`], { ssl: true }));
  expect(error).toMatchObject({ code: "SSL_AUTHENTICATION_FAILED", retriable: false });
  expect(error.message).toMatch(new RegExp(`127.0.0.1:${port} has no TLS that can be trusted: [^]*ERR_SSL`));
  expect(dialled).toBe(0);
});
