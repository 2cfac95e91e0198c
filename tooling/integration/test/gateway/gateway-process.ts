/**
 * A gateway in a process of its own, for tests of what it survives and how much memory it takes: `node gateway-process.ts
 * OPTIONS`, the options of `serveGateway` as JSON. Its log is in memory. The process that forked it calls the functions below
 * by messages; see `spawned-gateway.ts`.
 */
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { serveGateway } from "@dataqueues/gateway";
import type { GatewayOptions } from "@dataqueues/gateway";
import { memory } from "@dataqueues/transport-memory";
import type { RequestName } from "@dataqueues/transport-memory";

import { inspect } from "node:util";
import { observed } from "../observed.ts";

/** Records to append, all with the same value. */
export interface RecordsToAppend {
  readonly topic: string;
  readonly count: number;
  readonly bytes: number;
  readonly headers?: number;
}

const [options = "{}"] = process.argv.slice(2);
const log = memory();
const admin = new DataQueueAdmin(log);
const seenByGateway = observed(log);
const events: unknown[] = [];
let endDelay = (): void => undefined;

const given: Partial<GatewayOptions> = JSON.parse(options);
const gateway = await serveGateway({
  transport: seenByGateway,
  topics: [/^public/],
  port: 0,
  onEvent: (event) => events.push(event.type),
  ...given,
});

/** What the parent can ask for. */
const calls = {
  /** Where the gateway is. */
  url: () => gateway.url,

  async createTopics(topics: readonly (readonly [string, number])[]): Promise<void> {
    await admin.createTopics(topics);
  },

  async append({ topic, count, bytes, headers = 0 }: RecordsToAppend): Promise<void> {
    await using producer = new DataQueueProducer(log, { topic, maxMessageBytes: 2 ** 24 });
    const value = new Uint8Array(bytes).fill(7);
    const named = Array.from({ length: headers }, (_, at): [string, string] => [`header-${at}`, "x"]);
    for (let i = 0; i < count; i++) await producer.send(value, { headers: named });
  },

  /** Makes requests of a kind take so long in the log; 0 ends that. */
  delayLog({ request, ms }: { readonly request: RequestName; readonly ms: number }): void {
    endDelay();
    if (ms > 0) endDelay = log.faults.delay(ms, { request });
  },

  /** The most memory that this process has ever taken, in MiB. */
  peakMemory: () => process.resourceUsage().maxRSS / 1024,

  eventTypes: () => events,

  /** How many requests of this name and topic the gateway made of its log. */
  upstream: ({ name, topic }: { readonly name: string; readonly topic: string }) =>
    seenByGateway.requests.filter((one) => one.name === name && inspect(one.args, { depth: 4 }).includes(topic)).length,

  /** What `/metrics` says of one metric, all labels together. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${gateway.url.replace(/^ws/, "http")}/metrics`)).text();
    const values = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, "gm"));
    return Array.from(values, ([, value]) => Number(value)).reduce((sum, value) => sum + value, 0);
  },
};

export type GatewayCalls = typeof calls;

interface Call {
  readonly id: number;
  readonly name: keyof GatewayCalls;
  readonly argument: never;
}

async function answer({ id, name, argument }: Call): Promise<void> {
  try {
    process.send?.({ id, result: await calls[name](argument) });
  } catch (error) {
    process.send?.({ id, error: String(error) });
  }
}
process.on("message", (call: Call) => void answer(call));
process.on("disconnect", () => process.exit());
process.send?.({ id: 0 });
