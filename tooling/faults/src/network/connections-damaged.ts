import { setTimeout as wait } from "node:timers/promises";

import type { Nemesis } from "../nemesis.ts";
import { kafkaLog } from "../log-under-test.ts";
import { Workload } from "../workload.ts";
import type { FaultyProxy } from "./faulty-proxy.ts";
import type { Direction, ProxiedConnection } from "./proxied-connection.ts";

/** The longest pause between two damages at one node, in milliseconds. */
const mostRestMs = 100;

/** How long damage waits for traffic that triggers it. */
const withinMs = 5_000;
const refusedMs = 200;
const delayMs = 400;
/** How many bytes pass one by one. */
const slowBytes = 1_500;

/** Damages one connection through a proxy; resolves with whether it happened. */
type Damage = (proxy: FaultyProxy, random: () => number) => Promise<boolean>;

/** Ends a connection at a random byte of the next data in a direction. */
function endAtAnyByte(direction: Direction, end: (connection: ProxiedConnection) => void): Damage {
  return (proxy, random) =>
    proxy.damageNext(
      direction,
      (connection, from, to) => {
        const at = from + Math.floor(random() * (to - from));
        connection[direction].triggerAt(at, () => end(connection));
      },
      withinMs,
    );
}

function slowly(direction: Direction): Damage {
  return (proxy) =>
    proxy.damageNext(
      direction,
      (connection, from) => {
        connection.change({ pieceBytes: 1 }, [direction]);
        connection[direction].triggerAt(from + slowBytes, () =>
          connection.change({ pieceBytes: Infinity }, [direction]),
        );
      },
      withinMs,
    );
}

function delayed(direction: Direction): Damage {
  return (proxy) =>
    proxy.damageNext(
      direction,
      (connection, _, to) => {
        connection.change({ latencyMs: delayMs }, [direction]);
        connection[direction].triggerAt(to, () => connection.change({ latencyMs: 0 }, [direction]));
      },
      withinMs,
    );
}

/** Every kind of damage that a client notices at once, by its name in the report. */
const damages: Readonly<Record<string, Damage>> = {
  "requests reset at any byte": endAtAnyByte("requests", (connection) => connection.reset()),
  "requests cut at any byte": endAtAnyByte("requests", (connection) => connection.cut()),
  "responses reset at any byte": endAtAnyByte("responses", (connection) => connection.reset()),
  "responses cut at any byte": endAtAnyByte("responses", (connection) => connection.cut()),
  "acknowledgements dropped after the append": (proxy) =>
    proxy.damageNext(
      "produce response",
      (connection, at) => connection.responses.triggerAt(at, () => connection.reset()),
      withinMs,
    ),
  "acknowledgements cut in the middle": (proxy, random) =>
    proxy.damageNext(
      "produce response",
      (connection, from, to) => {
        const at = from + 1 + Math.floor(random() * (to - from - 1));
        connection.responses.triggerAt(at, () => connection.cut());
      },
      withinMs,
    ),
  "requests one byte at a time": slowly("requests"),
  "responses one byte at a time": slowly("responses"),
  "requests delayed": delayed("requests"),
  "responses delayed": delayed("responses"),
  "connections refused": async (proxy) => {
    await proxy.refuse(refusedMs);
    return true;
  },
};

/**
 * Ends connections at any byte, drops acknowledgements after the append, lets bytes through one by one or late, and
 * refuses connections.
 */
export const connectionsDamaged: Nemesis = {
  name: "connections-damaged",
  cycles: { gate: 500, usual: 2_000, long: 20_000 },
  async run(context) {
    const { kafka, proxies } = await context.behindProxies();
    const servers = proxies.map(({ address }) => address);
    const workload = await Workload.start(kafkaLog(kafka, servers), this.name, context.random);
    await workload.progress(500);
    const happened = new Map<string, number>();
    const kinds = Object.entries(damages);
    let left = context.cycles;
    const damaging = proxies.map(async (proxy) => {
      while (left > 0) {
        left -= 1;
        const [kind, damage] = kinds[Math.floor(context.random() * kinds.length)] ?? [];
        if (kind === undefined || damage === undefined) return;
        if (await damage(proxy, context.random)) happened.set(kind, (happened.get(kind) ?? 0) + 1);
        else left += 1;
        if (left % 100 === 0) context.say(`${left} left, ${workload.history.acknowledged} acknowledged`);
        await wait(mostRestMs * context.random());
      }
    });
    await Promise.all(damaging);
    const since = performance.now();
    await workload.progress(500);
    const after = ((performance.now() - since) / 1_000).toFixed(1);
    const counted = [...happened].sort().map(([kind, count]) => `${kind} ${count}`);
    return workload.finish(context, this.name, [
      ...counted,
      `500 messages passed within ${after} s after the last damage`,
    ]);
  },
};
