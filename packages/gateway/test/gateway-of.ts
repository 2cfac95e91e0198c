import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

import { serveGateway } from "../src/index.ts";
import type { Gateway, GatewayEvent, GatewayOptions } from "../src/index.ts";

/** A gateway over a log in memory, on a free port, and what it told. */
export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly url: string;
  readonly log: MemoryTransport;
  readonly events: GatewayEvent[];
}

/** @param topics - created before it starts, with records of these sizes */
export async function gatewayOf(
  topics: Readonly<Record<string, readonly number[]>>,
  options: Partial<GatewayOptions> = {},
): Promise<TestGateway> {
  const log = memory();
  const [admin, writer] = [await log.open("admin"), await log.open("write")];
  await admin.createTopics(Object.keys(topics).map((topic) => ({ topic })));
  for (const [topic, sizes] of Object.entries(topics)) {
    const records = sizes.map((size) => ({
      key: null,
      value: new Uint8Array(size).fill(7),
      headers: [],
      timestamp: 0,
    }));
    if (records.length === 0) continue;
    await writer.produce(1, [{ topic, partition: 0, records, baseSequence: 0 }], {
      acks: -1,
      timeoutMs: 1_000,
      compression: "none",
    });
  }
  const events: GatewayEvent[] = [];
  const gateway = await serveGateway({
    transport: log,
    topics: ["public"],
    ...(options.server === undefined ? { port: 0 } : {}),
    onEvent: (event) => events.push(event),
    ...options,
  });
  return {
    gateway,
    log,
    events,
    url: gateway.url,
    [Symbol.asyncDispose]: () => gateway.close({ timeoutMs: 0 }),
  };
}

/** What `/metrics` tells of one count. */
export async function metric({ url }: TestGateway, name: string): Promise<number | undefined> {
  const text = await (await fetch(`${url.replace("ws", "http")}/metrics`)).text();
  const line = text.split("\n").find((one) => one.startsWith(`dataqueues_gateway_${name} `));
  return line === undefined ? undefined : Number(line.split(" ")[1]);
}
