import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { TransportError } from "@dataqueues/core";
import { expect, onTestFinished, test } from "vitest";

import { Broker } from "../src/broker.ts";
import { BytesWriter } from "../src/protocol/bytes-writer.ts";
import { kafkaApis } from "../src/protocol/kafka-request.ts";
import { initProducerIdRequest } from "../src/protocol/init-producer-id.ts";

const { initProducerId } = kafkaApis;

/** A response with the number of its request before it. */
function framed(request: Buffer, body: Buffer): Buffer {
  const head = new BytesWriter().int32(4 + body.length).int32(request.readInt32BE(8)).written;
  return Buffer.concat([head, body]);
}

/** A broker that offers producer ids in version 0, and responds to requests for them with each of `bodies` in turn. */
async function nodeThatAnswers(...bodies: Buffer[]): Promise<Broker> {
  const left = [...bodies];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      const offered = new BytesWriter().int16(0);
      offered.array([initProducerId], ({ key }) => offered.int16(key).int16(0).int16(0));
      const asked = request.readInt16BE(4) === initProducerId.key;
      socket.write(framed(request, asked ? (left.shift() ?? Buffer.alloc(0)) : offered.int32(0).written));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const broker = new Broker({ host: "127.0.0.1", port: (server.address() as AddressInfo).port }, {});
  onTestFinished(() => {
    broker.end(new TransportError("the test is over", { code: "ABORTED", retriable: false }));
    server.close();
  });
  await broker.connect(5_000);
  return broker;
}

// No wait, no error, producer id 7, epoch 1.
const good = Buffer.from("00000000000000000000000000070001", "hex");
const cut = good.subarray(0, -1);

test("a garbled response after a good one is retriable", async () => {
  const broker = await nodeThatAnswers(good, cut);
  expect(await broker.request(initProducerIdRequest(), 5_000)).toMatchObject({ producerId: 7n, producerEpoch: 1 });
  const failing = broker.request(initProducerIdRequest(), 5_000);
  await expect(failing).rejects.toMatchObject({ code: "CORRUPT_MESSAGE", retriable: true });
  await expect(failing).rejects.toThrow(
    /InitProducerId at 127\.0\.0\.1:\d+ gave a response that cannot be read: 2 bytes wanted/,
  );
  // Later bytes on the same connection cannot be trusted.
  expect(broker.ended).toBe(true);
});

test("a garbled response before any good one is not retriable, and the error says what the host may be", async () => {
  const broker = await nodeThatAnswers(cut);
  const failing = broker.request(initProducerIdRequest(), 5_000);
  await expect(failing).rejects.toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  await expect(failing).rejects.toThrow("either the host wants TLS, or it is no Kafka");
});
