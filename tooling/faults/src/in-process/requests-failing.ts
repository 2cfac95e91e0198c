import { setTimeout as wait } from "node:timers/promises";
import { kafkaErrors } from "@dataqueues/core";
import { memory } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";

import type { Nemesis } from "../nemesis.ts";
import { Workload } from "../workload.ts";
import { memoryLog } from "../log-under-test.ts";

const requestTimeoutMs = 200;
const requests = ["metadata", "listOffsets", "fetch", "produce", "initProducerId"] as const;
const mostRestMs = 10;

/** Not UNKNOWN_TOPIC_OR_PARTITION: clients take it as a sign that the topic was deleted. */
const passingErrors = kafkaErrors.filter(({ name, retriable }) => retriable && name !== "UNKNOWN_TOPIC_OR_PARTITION");

type Random = () => number;

function oneOf<T>(choices: readonly [T, ...T[]] | readonly T[], random: Random): T {
  const chosen = choices[Math.floor(choices.length * random())];
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

/** Ways in which one request, or all of them, can fail. */
const troubles: Readonly<Record<string, (log: MemoryTransport, random: Random) => void>> = {
  "refused with a retriable error": ({ faults }, random) =>
    void faults.fail(oneOf(passingErrors, random).name, { request: oneOf(requests, random), times: 1 }),
  "done without a response": ({ faults }, random) =>
    void faults.dropResponse({ request: oneOf(requests, random), times: 1 }),
  "not done": ({ faults }, random) => void faults.hang({ request: oneOf(requests, random), times: 1 }),
  late: ({ faults }, random) =>
    void faults.delay(Math.round(1.2 * requestTimeoutMs * random()), { request: oneOf(requests, random), times: 1 }),
  disconnected: ({ faults }) => faults.disconnect(),
  "disconnected, and the next connection refused": ({ faults }) => {
    faults.refuse({ times: 1 });
    faults.disconnect();
  },
};

/** Makes any request fail in any way that passes, again and again. */
export const requestsFailing: Nemesis = {
  name: "requests-failing",
  cycles: { gate: 500, usual: 5_000, long: 10_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const workload = await Workload.start(memoryLog(log), this.name, random, { requestTimeoutMs, compression: "none" });
    // The first connection must succeed: a log that cannot be reached at all is reported at once, without a retry.
    await workload.progress(500);
    const counts = new Map<string, number>();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      const [kind, make] = oneOf(Object.entries(troubles), random);
      make(log, random);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      await wait(mostRestMs * random());
      // Failures of rare requests wait until such a request comes; they must not pile up.
      if (cycle % 100 === 0) await workload.progress(200);
    }
    await workload.progress(500);
    return workload.finish(
      context,
      this.name,
      [...counts].map(([kind, count]) => `${kind} ${count}`),
    );
  },
};
