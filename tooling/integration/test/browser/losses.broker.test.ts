import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";

import { DataQueueAdmin } from "dataqueues";
import { startKafka } from "@dataqueues/tooling-kafka";
import { expect, test } from "vitest";

import { silentProxy } from "../transport-kafkajs/silent-proxy.ts";
import { describeBrowser } from "./describe-browser.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { inOrder, PageReader, PythonWriter } from "./page-reader.ts";

const topic = "live";
const partitions = [0, 1, 2].map((partition) => [topic, partition] as const);

/** A port that takes connections and never says a word: a network in which nothing arrives any more. */
async function silence(): Promise<{ readonly port: number } & Disposable> {
  const server = createServer((socket) => socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, [Symbol.dispose]: () => void server.close() };
}

describeBrowser("a page that reads while things break", ({ open }) => {
  test("no message is lost or comes twice: gateway killed ten times, broker restarted, network cut", async () => {
    await using kafka = await startKafka();
    const { bootstrapServers, nodes } = kafka;
    const [server = ""] = bootstrapServers;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([[topic, partitions.length]]);
    await using gateway = await GatewayProcess.start({
      bootstrapServers,
      topics: "^live$",
      limits: { heartbeatMs: 500 },
    });
    const network = await silentProxy();
    network.forward(gateway.port);
    await using writer = await PythonWriter.start(server, topic, partitions.length, 100);
    await using opened = await open("counting-worker");
    const page = new PageReader(opened);
    await page.read({ url: `ws://${network.address}`, partitions });
    await page.hasRead(await writer.count());

    for (let kill = 1; kill <= 10; kill++) {
      await gateway.kill();
      await writer.writes(20);
      await gateway.start();
      await page.hasRead(await writer.count());
    }

    await nodes[0]?.kill();
    await nodes[0]?.start();
    await writer.writes(20);
    await page.hasRead(await writer.count());

    const lost = async (): Promise<number> => (await page.state()).losses.length;
    const before = await lost();
    using hole = await silence();
    network.forward(hole.port);
    network.silence();
    await expect.poll(lost, { timeout: 60_000 }).toBeGreaterThan(before);
    network.forward(gateway.port);
    await page.hasRead(await writer.count());

    const written = await writer.stop();
    await page.hasReadUpTo(written);
    const { seen } = await page.state();
    expect(inOrder(seen)).toEqual(written);
    for (const [, partition] of partitions) {
      const offsets = seen.filter((record) => record[0] === partition).map(([, offset]) => offset);
      expect(offsets).toEqual(offsets.map((_, at) => at));
    }
    network.close();
  });
});
