import { DataQueueAdmin, kafkajs } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { writeResult } from "../results.ts";
import { measuredProcess } from "./measured-process.ts";
import type { Sample } from "./measured-process.ts";
import { plot } from "./plot.ts";
import { soakTopics } from "./soak-topics.ts";

/** The argument of the process that is measured. */
export interface SoakTask {
  readonly servers: readonly string[];
  readonly changes: number;
  readonly seed: number;
}

/** How much the heap may grow after the warm-up: room for caches of the runtime, not for something per message. */
const heapGrowthBytes = 4_000_000;
/** How many more sockets and timers there may be: their number varies with the requests. */
const handleGrowth = 10;
/** How soon the process must end by itself: well below any time-out that could keep it alive. */
const endMs = 5_000;

/**
 * Runs producers and consumers of every encoding in another process, and one consumer whose topics keep changing. After
 * the warm-up, the heap and the number of sockets and timers must not grow.
 */
export const soak: Nemesis = {
  name: "soak",
  cycles: { gate: 300, usual: 20_000, long: 500_000 },
  async run(context) {
    const kafka = await context.threeNodes();
    const servers = kafka.bootstrapServers;
    await using admin = new DataQueueAdmin(kafkajs(servers));
    const topics = soakTopics.map(({ topic }) => topic);
    const configs = { "min.insync.replicas": "1", "retention.bytes": "50000000", "segment.bytes": "20000000" };
    await admin.createTopics(topics, { replicationFactor: 1, configs });
    const task: SoakTask = { servers, changes: context.cycles, seed: Math.floor(context.random() * 1e9) };
    context.say(`${task.changes} topic changes`);
    const { samples, result, endedAfterMs } = await measuredProcess(
      "soak-process.ts",
      task,
      60_000 + task.changes * 1_000,
    );
    await admin.deleteTopics(topics);
    const measured = samples.filter(({ phase }) => phase === "measured");
    const [early, late] = [measured.slice(0, measured.length / 4), measured.slice(-measured.length / 4)];
    const growth = (of: (sample: Sample) => number): number => median(late.map(of)) - median(early.map(of));
    const handles = ({ handles: counted }: Sample): number => Object.values(counted).reduce((sum, one) => sum + one, 0);
    const heap = growth(({ heapUsed }) => heapUsed);
    const grown = growth(handles);
    if (context.form !== "gate") {
      const title = `Every encoding, and ${task.changes} topic changes`;
      await writeResult("soak.svg", plot({ title, samples }));
    }
    const seconds = (measured.at(-1)?.seconds ?? 0) - (measured[0]?.seconds ?? 0);
    return {
      nemesis: this.name,
      cycles: result["changes"] ?? 0,
      acknowledged: result["acknowledged"] ?? 0,
      rejected: 0,
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
      notes: [
        `${result["read"]} read by consumers of one topic, ${result["changed"]} by the one whose topics change`,
        `in the ${seconds.toFixed(0)} s after the warm-up the heap grew by ${(heap / 1e6).toFixed(1)} MB`,
        `buffers by ${(growth(({ arrayBuffers }) => arrayBuffers) / 1e6).toFixed(1)} MB`,
        `the process by ${(growth(({ rss }) => rss) / 1e6).toFixed(1)} MB`,
        `sockets, timers and the like by ${grown}`,
        `the process ended by itself ${Math.round(endedAfterMs)} ms after everything was closed`,
      ],
      broken: [
        ...(heap <= heapGrowthBytes ? [] : [`the heap grew by ${heap} bytes`]),
        ...(grown <= handleGrowth ? [] : [`there were ${grown} more sockets, timers and the like`]),
        ...(endedAfterMs <= endMs ? [] : [`something kept the process alive for ${Math.round(endedAfterMs)} ms`]),
      ],
    };
  },
};

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}
