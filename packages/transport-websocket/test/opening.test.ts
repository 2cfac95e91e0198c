import { TransportError, UnsupportedError } from "@dataqueues/core";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import type { WebSocketConstructor, WebSocketOptions } from "../src/index.ts";
import { frame, limits, scriptedGateway } from "./scripted-gateway.ts";
import type { Script } from "./scripted-gateway.ts";
import { hexOf, vectors } from "./vectors.ts";

/** The error with which a connection to a scripted gateway is not opened, and how the client closed. */
async function refusal(
  script: Script,
  options: WebSocketOptions = {},
): Promise<{ readonly error: unknown; readonly closed: number | undefined }> {
  await using gateway = await scriptedGateway(script);
  const error: unknown = await websocket(gateway.url, { WebSocket, ...options })
    .open("read")
    .then(
      (connection) => connection.close(),
      (reason: unknown) => reason,
    );
  const [client] = gateway.clients;
  if (client !== undefined && client.closed === undefined) await once(client.socket, "close");
  return { error, closed: client?.closed };
}

const matching = (code: string, message: RegExp): Error =>
  expect.objectContaining({ name: "TransportError", code, message: expect.stringMatching(message) });

const classes: readonly (readonly [name: string, WebSocket: WebSocketConstructor])[] = [
  ["ws", WebSocket],
  ["the WebSocket of this Node", globalThis.WebSocket],
];

describe.each(classes)("with %s", (_, WebSocket) => {
  test("HELLO is the first frame, as Python writes it, and the subprotocol is asked for", async () => {
    await using gateway = await scriptedGateway();
    const connection = await websocket(gateway.url, { WebSocket, token: "secret" }).open("read");
    const [client] = gateway.clients;
    expect(client?.socket.protocol).toBe("dataqueues.v1");
    expect(client?.received.map(hexOf)).toEqual([vectors.read[0]?.bytes]);
    connection.close();
  });

  test("nobody listening is told with the URL, the role, and what to look at", async () => {
    await using gateway = await scriptedGateway();
    const { url } = gateway;
    await gateway[Symbol.asyncDispose]();
    const opening = websocket(`${url}/queues?window=1`, { WebSocket, token: "secret" }).open("read");
    const error: unknown = await opening.catch((reason: unknown) => reason);
    expect(error).toEqual(
      matching("NETWORK_EXCEPTION", /^ws:\/\/127\.0\.0\.1:\d+\/queues \(read\): .*gateway running.*origin/),
    );
    expect(String(error)).not.toMatch(/secret|window/);
    expect(error).toMatchObject({ cause: expect.any(Error), retriable: true });
  });

  test("a server that chooses no subprotocol is no gateway", async () => {
    const { error } = await refusal({ handleProtocols: () => false }, { WebSocket });
    expect(error).toEqual(matching("NETWORK_EXCEPTION", /is no gateway|no subprotocol|gateway running/));
  });

  test("a handshake that is refused is told, as far as it is known", async () => {
    const { error } = await refusal({ verifyClient: (_, done) => done(false, 403) }, { WebSocket });
    expect(error).toEqual(matching("NETWORK_EXCEPTION", /this page's origin/));
  });
});

test("a WebSocket that opens without the subprotocol ends before anything is said", async () => {
  await using gateway = await scriptedGateway();
  class Other extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol);
      Object.defineProperty(this, "protocol", { value: "" });
    }
  }
  const opening = websocket(gateway.url, { WebSocket: Other, token: "secret" }).open("read");
  await expect(opening).rejects.toEqual(
    matching("NETWORK_EXCEPTION", /does not speak dataqueues\.v1: it is no gateway$/),
  );
  expect(gateway.clients[0]?.frames ?? []).toEqual([]);
});

test("with ws the status of a refused handshake is in the error and in its cause", async () => {
  const { error } = await refusal({ verifyClient: (_, done) => done(false, 403) });
  expect(error).toEqual(matching("NETWORK_EXCEPTION", /Unexpected server response: 403/));
  expect(error).toMatchObject({ cause: { message: "Unexpected server response: 403" } });
});

describe("the token", () => {
  test("is asked for at each open, and may take its time", async () => {
    await using gateway = await scriptedGateway();
    let asked = 0;
    const token = async (): Promise<string> => `token ${++asked}`;
    const transport = websocket(gateway.url, { WebSocket, token });
    for (const role of ["read", "write", "admin"] as const) (await transport.open(role)).close();
    expect(gateway.clients.map(({ frames }) => frames[0]?.body)).toEqual([
      { role: "read", token: "token 1" },
      { role: "write", token: "token 2" },
      { role: "admin", token: "token 3" },
    ]);
  });

  test("may be left out", async () => {
    await using gateway = await scriptedGateway();
    (await websocket(gateway.url, { WebSocket }).open("read")).close();
    expect(gateway.clients[0]?.frames[0]?.body).toEqual({ role: "read" });
  });

  test.each([
    [
      () => Promise.reject(new Error("the token server is down")),
      "NETWORK_EXCEPTION",
      /token failed: the token server is down$/,
    ],
    [
      () => {
        throw new Error("no token");
      },
      "NETWORK_EXCEPTION",
      /token failed: no token$/,
    ],
    [() => undefined, "SASL_AUTHENTICATION_FAILED", /token gave a value of type undefined, and no text$/],
    [() => null, "SASL_AUTHENTICATION_FAILED", /token gave null, and no text$/],
    [() => 42, "SASL_AUTHENTICATION_FAILED", /token gave a value of type number, and no text$/],
  ])("%s is an error, and no WebSocket is opened", async (token, code, message) => {
    await using gateway = await scriptedGateway();
    // @ts-expect-error: a caller without a compiler
    const options: WebSocketOptions = { WebSocket, token };
    await expect(websocket(gateway.url, options).open("read")).rejects.toEqual(matching(code, message));
    expect(gateway.clients).toEqual([]);
  });
});

describe("a HELLO that is refused", () => {
  const refuse =
    (error: string): Script["onHello"] =>
    ({ socket }) => {
      socket.send(frame(0xff, 0, { error }));
      socket.close(4401);
    };

  test.each([
    ["SASL_AUTHENTICATION_FAILED", "geheim", /\(read\): SASL_AUTHENTICATION_FAILED: the gateway refused the token$/],
    ["SASL_AUTHENTICATION_FAILED", undefined, /wants a token \(option token\)$/],
    ["CLUSTER_AUTHORIZATION_FAILED", "geheim", /does not allow this viewer to read$/],
    ["BROKER_NOT_AVAILABLE", "geheim", /\(read\): BROKER_NOT_AVAILABLE$/],
    ["A_CODE_OF_A_LATER_VERSION", "geheim", /\(read\): A_CODE_OF_A_LATER_VERSION$/],
  ])("with %s says so", async (code, token, message) => {
    const { error, closed } = await refusal({ onHello: refuse(code) }, { token });
    expect(error).toEqual(matching(code, message));
    expect(String(error)).not.toContain("geheim");
    expect(closed).toBeDefined();
  });

  test("with UNSUPPORTED is an UnsupportedError that names the role", async () => {
    const { error } = await refusal({ onHello: refuse("UNSUPPORTED") });
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(String(error)).toMatch(/the gateway does not have the role read \(its option roles\)$/);
  });

  test.each([
    [4401, "", "SASL_AUTHENTICATION_FAILED", /does not accept the token/],
    [1013, "", "NETWORK_EXCEPTION", /too many viewers \(1013\)/],
    [4408, "no HELLO", "NETWORK_EXCEPTION", /waited too long for this client \(4408 "no HELLO"\)/],
    [3456, "", "NETWORK_EXCEPTION", /closed the connection \(3456\)/],
  ])("with the code %s alone says so", async (code, reason, name, message) => {
    const { error } = await refusal({ onHello: ({ socket }) => socket.close(code, reason) });
    expect(error).toEqual(matching(name, message));
  });
});

describe("an answer to HELLO that makes no sense ends the attempt:", () => {
  const answers: Record<string, Script["onHello"]> = {
    "no limits": (client, hello) => client.answer(hello, {}),
    "no object": (client, hello) => client.answer(hello, [1, 2]),
    null: (client, hello) => client.answer(hello, null),
    "a heartbeat of 0 ms": (client, hello) => client.answer(hello, { ...limits, heartbeatMs: 0 }),
    "a heartbeat of half a millisecond": (client, hello) => client.answer(hello, { ...limits, heartbeatMs: 0.5 }),
    "no requests at a time": (client, hello) => client.answer(hello, { ...limits, outstandingRequests: 0 }),
    "frames too small for any request": (client, hello) => client.answer(hello, { ...limits, maxFrameBytes: 1_023 }),
    "lists without entries": (client, hello) => client.answer(hello, { ...limits, maxItems: 0 }),
    "a number as text": (client, hello) => client.answer(hello, { ...limits, maxProduceBytes: "1000000" }),
    "an answer to something else": ({ socket }) => socket.send(frame(0x84, 0, limits)),
    "an error without a code": ({ socket }) => socket.send(frame(0xff, 0, {})),
    "an error whose code is a sentence": ({ socket }) => socket.send(frame(0xff, 0, { error: "Not today." })),
    text: ({ socket }) => socket.send("hello"),
    "no bytes": ({ socket }) => socket.send(Buffer.alloc(0)),
    "bytes without meaning": ({ socket }) => socket.send(Buffer.alloc(100, 0xa5)),
  };
  test.each(Object.entries(answers))("%s", async (_, onHello = () => undefined) => {
    const { error, closed } = await refusal({ onHello });
    expect(error).toEqual(matching("NETWORK_EXCEPTION", /\(read\): .*the gateway sent what makes no sense/));
    expect(error).toMatchObject({ cause: expect.any(TransportError) });
    expect(closed).toBe(4400);
  });
});

describe("an attempt ends", () => {
  test("when its time is up before HELLO is answered", async () => {
    await using gateway = await scriptedGateway({ onHello: () => undefined });
    const opening = websocket(gateway.url, { WebSocket }).open("read", { connectTimeoutMs: 50 });
    await expect(opening).rejects.toEqual(matching("REQUEST_TIMED_OUT", /\(read\): .*no connection within 50 ms$/));
    const client = await gateway.client();
    if (client.closed === undefined) await once(client.socket, "close");
    expect(client.closed).toBe(1000);
  });

  test("when its time is up before the handshake is answered", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const opening = websocket(`ws://127.0.0.1:${port}`, { WebSocket }).open("read", { connectTimeoutMs: 50 });
    await expect(opening).rejects.toEqual(matching("REQUEST_TIMED_OUT", /no connection within 50 ms$/));
    server.close();
  });

  test("when its signal aborts, before or on the way", async () => {
    await using gateway = await scriptedGateway({ onHello: () => undefined });
    const transport = websocket(gateway.url, { WebSocket });
    const reason = new Error("the page was closed");
    const aborted = transport.open("read", { signal: AbortSignal.abort(reason) });
    await expect(aborted).rejects.toEqual(matching("ABORTED", /\(read\): ABORTED$/));
    await expect(aborted).rejects.toMatchObject({ cause: reason });
    expect(gateway.clients).toEqual([]);

    const abort = new AbortController();
    const opening = transport.open("read", { signal: abort.signal, connectTimeoutMs: Infinity });
    const client = await gateway.client();
    abort.abort(reason);
    await expect(opening).rejects.toMatchObject({ code: "ABORTED", cause: reason });
    if (client.closed === undefined) await once(client.socket, "close");
  });

  test("when its signal aborts while the token is waited for", async () => {
    await using gateway = await scriptedGateway();
    const abort = new AbortController();
    const token = (): Promise<string> => {
      queueMicrotask(() => abort.abort());
      return new Promise(() => undefined);
    };
    const opening = websocket(gateway.url, { WebSocket, token }).open("read", { signal: abort.signal });
    await expect(opening).rejects.toMatchObject({ code: "ABORTED" });
  });

  test("when the class of WebSockets throws, as in a page that came by https:", async () => {
    class Insecure extends WebSocket {
      constructor(url: string) {
        // As browsers do.
        if (url.startsWith("ws:")) throw new Error("An insecure WebSocket connection may not be initiated");
        super(url);
      }
    }
    const opening = websocket("ws://localhost:8080", { WebSocket: Insecure }).open("read");
    await expect(opening).rejects.toEqual(matching("NETWORK_EXCEPTION", /\(read\): .*An insecure WebSocket/));
  });
});
