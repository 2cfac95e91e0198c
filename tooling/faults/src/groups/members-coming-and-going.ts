import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { GroupWorkload } from "./group-workload.ts";

const most = 4;

/** Starts and stops members at random moments, also while the group is still sharing anew: 1 to 4 work at a time. */
export const membersComingAndGoing: Nemesis = {
  name: "members-coming-and-going",
  cycles: { gate: 8, usual: 60, long: 500 },
  async run(context) {
    const kafka = await context.threeNodes();
    await using workload = await GroupWorkload.start(context, kafka, this.name);
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      const adds = context.random() < 0.5;
      const place = context.random();
      context.say(`change ${cycle} of ${context.cycles}: ${adds ? "one more" : "one less"}`);
      await workload.each(async (group) => {
        const { running } = group;
        if (running.length === 1 || (adds && running.length < most)) group.add();
        else await running[Math.floor(place * running.length)]?.stop();
      });
      await wait(1_500 * context.random());
    }
    await workload.settled();
    return await workload.finish(context, this.name);
  },
};
