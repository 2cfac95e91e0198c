import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { startKafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { Workload } from "../workload.ts";

const run = promisify(execFile);

const firstMegabytes = 100;
const moreMegabytes = 150;

/**
 * Fills the disk of a single node, a file system in memory of fixed size. Kafka ends by itself then. The disk grows and
 * the node starts again: sends have waited, and no acknowledged message is lost. Needs the right to mount.
 */
export const diskFull: Nemesis = {
  name: "disk-full",
  cycles: { gate: 0, usual: 3, long: 5 },
  async run(context) {
    const directory = await mkdtemp(join(tmpdir(), "dataqueues-disk-"));
    await run("mount", ["-t", "tmpfs", "-o", `size=${firstMegabytes}m`, "tmpfs", directory]);
    try {
      await using kafka = await startKafka({ ...context.kafka, properties: { "log.dirs": directory } });
      const [node] = kafka.nodes;
      if (node === undefined) throw new Error("there is no node");
      const workload = await Workload.start(kafkaLog(kafka), this.name, context.random);
      const transport = kafkajs(kafka.bootstrapServers);
      await using admin = new DataQueueAdmin(transport);
      await admin.createTopics(["filling"]);
      for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
        await workload.progress(500);
        context.say(`full ${cycle} of ${context.cycles}`);
        const filler = new DataQueueProducer(transport, { topic: "filling" });
        const full = node.ended();
        const filling = (async () => {
          while (node.running) await filler.send(new Uint8Array(1_000_000).fill(cycle));
        })().catch(() => undefined);
        await full;
        await filler.close({ timeoutMs: 0 });
        await filling;
        await run("mount", ["-o", `remount,size=${firstMegabytes + cycle * moreMegabytes}m`, directory]);
        await node.start();
        await workload.settled();
      }
      return await workload.finish(context, this.name, [`Kafka ended by itself each time the disk was full`]);
    } finally {
      await run("umount", ["--lazy", directory]);
      await rm(directory, { recursive: true, force: true });
    }
  },
};
