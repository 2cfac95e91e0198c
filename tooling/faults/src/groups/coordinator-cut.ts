import { setTimeout as wait } from "node:timers/promises";

import { moveReplicas } from "../move-replicas.ts";
import type { Nemesis } from "../nemesis.ts";
import type { FaultyProxy } from "../network/faulty-proxy.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import { coordinatorOf } from "./coordinator.ts";
import { GroupWorkload } from "./group-workload.ts";

/** Longer than the session. */
const cutMs = sessionTimeoutMs + 3_000;

/** A cut. Where the member cannot know better, it may lose its partitions. */
interface Cut {
  readonly name: string;
  readonly losesPartitions: boolean;
  readonly act: (proxy: FaultyProxy) => Promise<void>;
}

const cuts: readonly Cut[] = [
  {
    // New connections work, so the member has to open one before its session is over.
    name: "open connections swallow all",
    losesPartitions: false,
    act: (proxy) => {
      proxy.changeOpen({ silent: true });
      return wait(cutMs);
    },
  },
  {
    name: "all is swallowed",
    losesPartitions: true,
    act: async (proxy) => {
      proxy.change({ silent: true });
      await wait(cutMs);
      proxy.change({ silent: false });
    },
  },
  { name: "connections are refused", losesPartitions: true, act: (proxy) => proxy.refuse(cutMs) },
  {
    // The group hears the member, so it keeps its partitions; the member cannot know that.
    name: "answers are swallowed",
    losesPartitions: false,
    act: async (proxy) => {
      proxy.change({ silent: true }, ["responses"]);
      await wait(cutMs);
      proxy.change({ silent: false }, ["responses"]);
    },
  },
];

/**
 * Cuts one member of each group off from the node that keeps the group, for longer than its session, in several ways. All
 * partitions are led by the other nodes, which it still reaches.
 */
export const coordinatorCut: Nemesis = {
  name: "coordinator-cut",
  cycles: { gate: 3, usual: 8, long: 40 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    await using workload = await GroupWorkload.start(context, kafka, this.name, {
      members: [{ servers: proxies.map(({ address }) => address) }, {}],
    });
    const coordinator = await coordinatorOf(kafka, workload.groups[0]?.name ?? "");
    const others = kafka.nodes.filter((node) => node !== coordinator).map(({ id }) => id);
    const proxy = proxies[coordinator.id - 1];
    if (proxy === undefined) throw new Error(`no proxy for node ${coordinator.id}`);
    await moveReplicas(kafka, [workload.topic], others);
    for (let cycle = 0; cycle < context.cycles; cycle += 1) {
      const { name, losesPartitions, act } = cuts[cycle % cuts.length] ?? {};
      if (name === undefined || act === undefined) throw new Error("there is no cut");
      await workload.progress(100);
      context.say(`cut ${cycle + 1} of ${context.cycles}: ${name}`);
      for (const { members } of workload.groups) {
        const [victim] = members;
        if (losesPartitions && victim !== undefined) victim.fate = "cut off";
      }
      await act(proxy);
      await workload.settled();
    }
    return await workload.finish(context, this.name, [`cut for ${cutMs / 1_000} s each time`]);
  },
};
