import { setTimeout as wait } from "node:timers/promises";
import { memory } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";

import type { Fault } from "../fault.ts";
import { Traffic } from "../traffic.ts";
import { retriableCodes } from "./error-codes.ts";
import { memoryLog } from "./memory-log.ts";

const requestTimeoutMs = 200;
const requests = ["metadata", "listOffsets", "fetch", "produce", "initProducerId"] as const;
const mostRestMs = 10;

type Random = () => number;

function oneOf<T>(choices: readonly [T, ...T[]] | readonly T[], random: Random): T {
  const chosen = choices[Math.floor(choices.length * random())];
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

/** Ways in which a request goes wrong, or all of them. */
const troubles: Readonly<Record<string, (log: MemoryTransport, random: Random) => void>> = {
  "answered with an error that passes": ({ faults }, random) =>
    void faults.fail(oneOf(retriableCodes, random), { request: oneOf(requests, random), times: 1 }),
  "done, and not answered": ({ faults }, random) =>
    void faults.dropResponse({ request: oneOf(requests, random), times: 1 }),
  "neither done nor answered": ({ faults }, random) => void faults.hang({ request: oneOf(requests, random), times: 1 }),
  late: ({ faults }, random) =>
    void faults.delay(Math.round(1.2 * requestTimeoutMs * random()), { request: oneOf(requests, random), times: 1 }),
  "cut with its connection": ({ faults }) => faults.disconnect(),
  "without a connection": ({ faults }) => {
    faults.refuse({ times: 1 });
    faults.disconnect();
  },
};

/** Any request fails in any way that passes, again and again, in the log of this process. */
export const requestsFailing: Fault = {
  name: "requests-failing",
  cycles: { gate: 500, usual: 5_000, long: 10_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    const traffic = await Traffic.start(memoryLog(log), this.name, random, { requestTimeoutMs, compression: "none" });
    // The first connection is not tried again: whoever cannot be reached at all is told so at once.
    await traffic.progress(500);
    const counts = new Map<string, number>();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      const [kind, make] = oneOf(Object.entries(troubles), random);
      make(log, random);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      await wait(mostRestMs * random());
      // What is asked for seldom fails late: it is not to pile up.
      if (cycle % 100 === 0) await traffic.progress(200);
    }
    await traffic.progress(500);
    return traffic.finish(
      context,
      this.name,
      [...counts].map(([kind, count]) => `${kind} ${count}`),
    );
  },
};
