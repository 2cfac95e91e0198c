import { DataQueueConsumer, UnsupportedError } from "@dataqueues/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";

import { websocket } from "../src/index.ts";
import type { WebSocketOptions } from "../src/index.ts";

afterEach(() => void vi.unstubAllGlobals());

const refused = (message: string | RegExp): Error =>
  expect.objectContaining({ code: "INVALID_ARGUMENT", message: expect.stringMatching(message) });

describe("the URL", () => {
  test.each([
    [
      "http://display.example:8080/queues",
      /must begin with ws: or wss:, not http: Write ws:\/\/display\.example:8080\/queues$/,
    ],
    ["https://display.example/", /must begin with ws: or wss:, not https: Write wss:\/\/display\.example\/$/],
    ["https://display.example/?token=geheim", /^(?!.*geheim).*not https:/],
    ["localhost:8080", /^url must be the URL of a gateway, such as ws:.*, not "localhost:"$/],
    ["display.example", /^url must be the URL of a gateway, such as ws:[^"]*$/],
    ["//display.example?token=geheim", /^(?!.*geheim)url must be/],
    ["", /^url must be the URL of a gateway/],
    ["/queues", /^url must be the URL of a gateway/],
    ["ws://display.example/#queues", /no # part/],
    ["ws://display.example/?token=geheim", /^(?!.*geheim).*no token, user or password.*option token/],
    ["ws://display.example/?access_token=geheim", /^(?!.*geheim).*no token/],
    ["ws://user:geheim@display.example/", /^(?!.*geheim).*no token, user or password/],
    ["ws://user@display.example/", /no token, user or password/],
  ])("%s is refused, with what to write", (url, message) => {
    expect(() => websocket(url)).toThrow(refused(message));
  });

  test.each([undefined, null, 8080, {}])("%s is refused", (url) => {
    // @ts-expect-error: a caller without a compiler
    expect(() => websocket(url)).toThrow(refused(/^url must be the URL of a gateway/));
  });

  test.each(["ws://localhost:8080", "wss://display.example/queues?window=3", "ws://[::1]:8080/"])(
    "%s is taken",
    (url) => {
      expect(websocket(url).name).toBe("websocket");
      expect(websocket(new URL(url)).name).toBe("websocket");
    },
  );
});

describe("the options", () => {
  test.each([
    ["token", 42, /^token must be a text or a function that gives one, not 42$/],
    ["token", null, /^token must be/],
    ["WebSocket", "ws", /^WebSocket must be a function, not "ws"$/],
    ["reconnectBackoffMaxMs", -1, /^reconnectBackoffMaxMs must be a whole number from 0/],
    ["reconnectBackoffMaxMs", Infinity, /^reconnectBackoffMaxMs must be/],
    ["reconnectBackoffMaxMs", "5000", /^reconnectBackoffMaxMs must be/],
  ])("%s: %s is refused", (name, value, message) => {
    const options: WebSocketOptions = { [name]: value };
    expect(() => websocket("ws://localhost:8080", options)).toThrow(refused(message));
  });

  test("must be an object", () => {
    // @ts-expect-error: a caller without a compiler
    expect(() => websocket("ws://localhost:8080", "secret")).toThrow(refused(/^options must be an object/));
  });

  test("need a class of WebSockets where there is none, as in Node 20", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => websocket("ws://localhost:8080")).toThrow(/pass the option WebSocket, as the package ws has it/);
    expect(() => websocket("ws://localhost:8080")).toThrow(UnsupportedError);
    expect(websocket("ws://localhost:8080", { WebSocket }).name).toBe("websocket");
  });
});

test("a gateway reads, writes and administers, has no groups, and wants fetches that wait for long", async () => {
  const transport = websocket("ws://localhost:8080");
  expect(transport.capabilities).toEqual({ write: true, admin: true, idempotence: true, groups: false });
  expect(transport.maxWaitMs).toBe(10_000);
  await expect(transport.open("group")).rejects.toThrow(UnsupportedError);
  const group = { group: "averagers", topics: ["gains"] };
  expect(() => new DataQueueConsumer(transport, group)).toThrow(UnsupportedError);
});

test("a role that there is not is refused by name", async () => {
  // @ts-expect-error: a caller without a compiler
  await expect(websocket("ws://localhost:8080").open("constructor")).rejects.toThrow(
    refused(/^role must be one of "read"/),
  );
});
