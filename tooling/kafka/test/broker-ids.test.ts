import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { expect, test } from "vitest";

import { brokerIds } from "../src/broker-ids.ts";

// Kafka 4.4.0's response to Metadata, version 1: brokers 1 and 300, the second one with a rack.
const response = Buffer.from(
  [
    "0000003b 00000001 00000002",
    "00000001 0009 3132372e302e302e31 00002384 ffff",
    "0000012c 0009 3132372e302e302e31 00002385 0001 61",
    "00000001 00000000",
  ]
    .join("")
    .replaceAll(" ", ""),
  "hex",
);

test("broker ids are read from a response that comes byte by byte", async () => {
  const server = createServer((socket) => {
    socket.setNoDelay(true);
    socket.once("data", () => void sendSlowly());
    const sendSlowly = async (): Promise<void> => {
      for (const byte of response) await new Promise((sent) => socket.write(Uint8Array.of(byte), sent));
    };
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  expect(await brokerIds(port)).toEqual([1, 300]);
  await once(server.close(), "close");
  expect(await brokerIds(port)).toEqual([]);
});
