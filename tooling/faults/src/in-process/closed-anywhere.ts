import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { consumerStates, producerStates } from "./client-states.ts";

/** Everything must be settled within this time, whatever the state. */
const deadlineMs = 5_000;

/**
 * Closes producers and consumers, or aborts their signal, while they connect, look up a topic, wait, fetch, retry or have
 * a full buffer. Every pending call must settle in time with the right reason, and no event may come afterwards.
 */
export const closedAnywhere: Nemesis = {
  name: "closed-anywhere",
  cycles: { gate: 60, usual: 1_000, long: 10_000 },
  async run(context) {
    const broken: string[] = [];
    const states = [...producerStates, ...consumerStates];
    let slowestMs = 0;
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      const state = states[cycle % states.length];
      if (state === undefined) throw new RangeError("there are no states");
      const way = Math.floor(cycle / states.length) % 2 === 0 ? "close" : "abort";
      const what = `${way} of a ${state.name}`;
      let [closed, late] = [false, 0];
      const client = await state.enter(() => {
        if (closed) late += 1;
      });
      // At a random moment between entering the state and being well in it.
      await wait(20 * context.random());
      const since = performance.now();
      if (way === "abort") client.abort(new Error("enough"));
      const closing = way === "close" ? client.close() : Promise.resolve();
      const outcome = await Promise.race([Promise.all([client.pending, closing]), wait(deadlineMs, undefined)]);
      const expected = client.expected[way];
      if (outcome === undefined) broken.push(`${what}: not settled within ${deadlineMs} ms`);
      else if (!outcome[0].every((one) => one === expected)) {
        broken.push(`${what}: settled with ${[...new Set(outcome[0])].join(", ")} instead of ${expected}`);
      }
      slowestMs = Math.max(slowestMs, performance.now() - since);
      if (way === "abort") await client.close();
      closed = true;
      await wait(5);
      if (late > 0) broken.push(`${what}: ${late} calls of onEvent after it was closed`);
    }
    return {
      nemesis: this.name,
      cycles: context.cycles,
      acknowledged: 0,
      rejected: 0,
      lost: 0,
      duplicated: 0,
      outOfOrder: 0,
      notes: [
        `${states.length} states, closed and aborted in turn`,
        `everything settled within ${Math.round(slowestMs)} ms`,
      ],
      broken: broken.slice(0, 10),
    };
  },
};
