import { DataQueueAdmin } from "dataqueues";
import { expect, test } from "vitest";

import { silentProxy } from "../transport-kafkajs/silent-proxy.ts";
import { describeBrowser } from "./describe-browser.ts";
import { GatewayProcess } from "./gateway-process.ts";
import { inOrder, PageReader, PythonWriter } from "./page-reader.ts";

describeBrowser("a page with windows", ({ server, open }) => {
  const newTopic = async (partitions: number): Promise<string> => {
    const topic = `page-${crypto.randomUUID()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([[topic, partitions]]);
    return topic;
  };

  test("opens and closes windows over the socket that it has, and loses nothing of those that stay", async () => {
    const topic = await newTopic(6);
    await using gateway = await GatewayProcess.start({ bootstrapServers: [server], topics: `^${topic}$` });
    const network = await silentProxy();
    network.forward(gateway.port);
    await using writer = await PythonWriter.start(server, topic, 6, 100);
    await using opened = await open("counting-worker");
    const page = new PageReader(opened);
    await page.read({ url: `ws://${network.address}`, partitions: [[topic, 0]] });
    await page.hasRead(5);
    const sockets = network.connections;
    expect(sockets).toBe(1);
    for (const windows of [[1], [1, 2, 3], [2], [2, 4, 5], [], [1, 2, 3, 4, 5]]) {
      await page.assign([0, ...windows].map((partition) => [topic, partition] as const));
      const count = await page.count();
      await writer.writes(12);
      await page.hasRead(count + 1);
    }
    const written = await writer.stop();
    // Partition 0 was open all the time, the others are open at the end: a window that opens again starts at its first record.
    await page.hasReadUpTo(written);
    const { seen } = await page.state();
    expect(seen.filter(([partition]) => partition === 0)).toEqual(written.filter(([partition]) => partition === 0));
    const unique = new Map(inOrder(seen).map((record) => [`${record[0]} ${record[1]}`, record]));
    expect([...unique.values()]).toEqual(written);
    expect(network.connections).toBe(sockets);
    network.close();
  });

  test("goes on at another gateway when its own shuts down", async () => {
    const topic = await newTopic(2);
    const options = { bootstrapServers: [server], topics: `^${topic}$` };
    await using first = await GatewayProcess.start(options);
    await using second = await GatewayProcess.start(options);
    const network = await silentProxy();
    network.forward(first.port);
    await using writer = await PythonWriter.start(server, topic, 2, 100);
    await using opened = await open("counting-worker");
    const page = new PageReader(opened);
    const partitions = [0, 1].map((partition) => [topic, partition] as const);
    await page.read({ url: `ws://${network.address}`, partitions });
    await page.hasRead(5);

    network.forward(second.port);
    // Nothing keeps the process: it ends by itself once its pages know.
    expect(await first.stop()).toBe(0);
    await page.hasRead(await writer.count());
    expect(network.connections).toBe(2);

    const written = await writer.stop();
    await page.hasReadUpTo(written);
    const { seen, losses } = await page.state();
    expect(inOrder(seen)).toEqual(written);
    expect(losses).toEqual([expect.stringMatching(/\(1012 "reconnect within \d+ ms"\)/)]);
    network.close();
  });

  test("that is too slow is shown the newest records, and knows how many it was not shown", async () => {
    const topic = await newTopic(1);
    await using gateway = await GatewayProcess.start({ bootstrapServers: [server], topics: `^${topic}$` });
    await using writer = await PythonWriter.start(server, topic, 1, 200);
    await using opened = await open("counting-worker");
    const page = new PageReader(opened);
    await page.read({ url: gateway.url, partitions: [[topic, 0]], latest: "partition", workMs: 100 });
    await writer.writes(400);
    const written = await writer.stop();
    const last = written.at(-1);
    await expect.poll(async () => (await page.state()).seen.at(-1), { timeout: 10_000 }).toEqual(last);
    const { seen, skipped } = await page.state();
    expect(seen.length + skipped).toBe(written.length);
    // It was slower than what came: most of it was skipped, in the gateway or in the page.
    expect(skipped).toBeGreaterThan(seen.length);
    expect(written).toEqual(expect.arrayContaining([...seen]));
    expect(seen).toEqual(inOrder(seen));
  });
});
