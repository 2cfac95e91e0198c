import { expect, test } from "vitest";

import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "../src/index.ts";
import { kafkaAddress, toTransport } from "../src/kafka-host.ts";

test.for<[address: string | string[], hosts: string[], topic: string | undefined]>([
  ["localhost:9092", ["localhost:9092"], undefined],
  ["kafka://host:9092/vis-receive", ["kafka://host:9092"], "vis-receive"],
  ["host/a.b_c-1", ["host"], "a.b_c-1"],
  ["a:9092,b:9092/topic", ["a:9092", "b:9092"], "topic"],
  ["kafka://a:9092, kafka://b:9092/topic/", ["kafka://a:9092", "kafka://b:9092"], "topic"],
  [["a:9092", "b:9092/topic"], ["a:9092", "b:9092"], "topic"],
  [["a:9092/topic", "b:9092/topic"], ["a:9092", "b:9092"], "topic"],
  ["kafka://[::1]:9092/topic", ["kafka://[::1]:9092"], "topic"],
  ["kafka://host:9092/", ["kafka://host:9092/"], undefined],
])("%j is hosts and perhaps a topic", ([address, hosts, topic]) => {
  expect(kafkaAddress(address)).toEqual({ hosts, topic });
});

test.for<[address: unknown, words: RegExp]>([
  ["a:9092/one,b:9092/two", /names one topic, not both one and two/],
  ["host:9092/a/b", /host:9092\/a\/b.* is not a Kafka host/],
  ["host:9092/a b", /is not a Kafka host/],
  ["http://host:9092/topic", /is not a Kafka host/],
  [5, /^host must be an address/],
  [[undefined], /^host must be an address/],
  [undefined, /^host must be an address/],
])("%j is refused, and the error says why", ([address, words]) => {
  for (const Client of [DataQueueProducer, DataQueueConsumer]) {
    expect(() => Reflect.construct(Client, [address])).toThrow(words);
  }
});

test("the address of a gateway is a transport over WebSockets, and a list of them is refused", () => {
  for (const address of ["ws://localhost:8080", "wss://display.example/queues"]) {
    expect(toTransport(address)).toMatchObject({ transport: { name: "websocket" } });
  }
  expect(() => toTransport(["ws://a:8080", "ws://b:8080"])).toThrow(/ws:\/\/a:8080.* is not a Kafka host/);
});

test("an admin says that it takes hosts", () => {
  expect(() => new DataQueueAdmin("kafka://host:9092/topic")).toThrow(/takes Kafka's hosts.*leave \/topic out/);
});

test("a producer sends to the topic of its address, unless its options or the send name another", async () => {
  // Nobody listens there, but the error says where the send was to go.
  const address = "kafka://127.0.0.1:1/one";
  await using plain = new DataQueueProducer(address);
  await expect(plain.send(new Uint8Array())).rejects.toMatchObject({ topic: "one" });
  await expect(plain.send(new Uint8Array(), { topic: "three" })).rejects.toMatchObject({ topic: "three" });
  await using explicit = new DataQueueProducer(address, { topic: "two" });
  await expect(explicit.send(new Uint8Array())).rejects.toMatchObject({ topic: "two" });
});
