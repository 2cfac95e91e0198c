import { setTimeout as wait } from "node:timers/promises";

import type { Fault } from "../fault.ts";
import { kafkaLog } from "../kafka-log.ts";
import { Traffic } from "../traffic.ts";
import { damages } from "./damages.ts";

/** Milliseconds between two damages at one node, at most. */
const mostRestMs = 100;

/** Connections end at any byte, acknowledgements are lost after the append, bytes come one by one, late, or not at all. */
export const connectionsDamaged: Fault = {
  name: "connections-damaged",
  cycles: { gate: 500, usual: 2_000, long: 20_000 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const traffic = await Traffic.start(kafkaLog(kafka, servers), this.name, context.random);
    await traffic.progress(500);
    const happened = new Map<string, number>();
    const kinds = Object.entries(damages);
    let left = context.cycles;
    const harass = proxies.map(async (proxy) => {
      while (left > 0) {
        left -= 1;
        const [kind, damage] = kinds[Math.floor(context.random() * kinds.length)] ?? [];
        if (kind === undefined || damage === undefined) return;
        if (await damage(proxy, context.random)) happened.set(kind, (happened.get(kind) ?? 0) + 1);
        else left += 1;
        if (left % 100 === 0) context.say(`${left} left, ${traffic.ledger.acknowledged} acknowledged`);
        await wait(mostRestMs * context.random());
      }
    });
    await Promise.all(harass);
    const since = performance.now();
    await traffic.progress(500);
    const after = ((performance.now() - since) / 1_000).toFixed(1);
    const counted = [...happened].sort().map(([kind, count]) => `${kind} ${count}`);
    return traffic.finish(context, this.name, [...counted, `500 messages flowed in ${after} s after the last`]);
  },
};
