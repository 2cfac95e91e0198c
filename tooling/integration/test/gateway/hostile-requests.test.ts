import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { frame, readRecords, types } from "./frames.ts";
import { fetchBody, RawViewer } from "./raw-viewer.ts";
import type { Wanted } from "./raw-viewer.ts";
import { SpawnedGateway } from "./spawned-gateway.ts";

const mebibyte = 2 ** 20;

/** One gateway with the limits of its defaults, and one that answers as many requests as it can. */
let careful: SpawnedGateway;
let generous: SpawnedGateway;
beforeAll(async () => {
  careful = await SpawnedGateway.start();
  generous = await SpawnedGateway.start({
    limits: { requestsPerSecond: 1_000_000, bytesPerSecond: 1e10, oldBytesPerSecond: 1e10 },
  });
  for (const gateway of [careful, generous]) {
    await gateway.call("createTopics", [
      ["public-old", 1],
      ["public-large", 1],
      ["public-idle", 1],
      ["public-empty", 1],
    ]);
    await gateway.call("append", { topic: "public-old", count: 100, bytes: 1_000 });
    await gateway.call("append", { topic: "public-large", count: 4, bytes: 10 * mebibyte - 1_000 });
  }
});
afterAll(() => Promise.all([careful, generous].map((gateway) => gateway[Symbol.asyncDispose]())));

/** By how many MiB requests may make the process grow. */
const budgetMiB = 128;

/** Sends requests as fast as they are answered, four at a time, until so many were sent or the WebSocket is closed. */
async function storm(url: string, count: number, ask: (viewer: RawViewer) => Promise<unknown>): Promise<void> {
  using viewer = await RawViewer.open(url);
  let sent = 0;
  const one = async (): Promise<void> => {
    while (sent < count && viewer.isOpen) {
      sent++;
      await ask(viewer);
    }
  };
  await Promise.all([one(), one(), one(), one()]);
}

const at = (topic: string, offset: string, partition = 0): Wanted[] => [{ topic, offset, partition }];

describe("many requests cost the log a few", () => {
  test.for<[string, (viewer: RawViewer) => Promise<unknown>]>([
    ["fetches of one old record", (viewer) => viewer.fetch(at("public-old", "3"), { maxBytes: 1 })],
    ["fetches of old records", (viewer) => viewer.fetch(at("public-old", "0"), { maxBytesPerPartition: 9_000 })],
    ["fetches of a partition that is not there", (viewer) => viewer.fetch(at("public-old", "0", 99))],
  ])("%s", async ([, ask]) => {
    const asked = { name: "fetch", topic: "public-old" };
    const before = await generous.call("upstream", asked);
    const grown = await generous.attack((url) => storm(url, 1_000, ask));
    expect((await generous.call("upstream", asked)) - before).toBeLessThan(50);
    expect(grown).toBeLessThan(budgetMiB);
  });

  const latest = { leader: 0, queries: [{ topic: "public-old", partition: 0, at: "latest" }] };
  const earliest = { leader: 0, queries: [{ topic: "public-old", partition: 0, at: "earliest" }] };
  // Their answers are never older than they are, so what is bounded is that all viewers together ask one at a time.
  test.for<[string, "listOffsets" | "metadata", string, (viewer: RawViewer) => Promise<unknown>]>([
    ["the first offset", "listOffsets", "public-old", (viewer) => viewer.ask(types.listOffsets, earliest)],
    ["the last offset", "listOffsets", "public-old", (viewer) => viewer.ask(types.listOffsets, latest)],
    ["a topic", "metadata", "public-old", (viewer) => viewer.ask(types.metadata, { topics: ["public-old"] })],
    ["an absent topic", "metadata", "public-none", (viewer) => viewer.ask(types.metadata, { topics: ["public-none"] })],
    ["all topics", "metadata", "[", (viewer) => viewer.ask(types.metadata)],
  ])("questions of 20 viewers for %s", async ([, name, topic, ask]) => {
    await generous.call("delayLog", { request: name, ms: 20 });
    const before = await generous.call("upstream", { name, topic });
    await generous.attack((url) => Promise.all(Array.from({ length: 20 }, () => storm(url, 50, ask))));
    await generous.call("delayLog", { request: name, ms: 0 });
    expect((await generous.call("upstream", { name, topic })) - before).toBeLessThan(200);
  });

  test("fetches of 20 viewers after the end of a partition", async () => {
    const asked = { name: "fetch", topic: "public-old" };
    const before = await generous.call("upstream", asked);
    // Each waits for up to 250 ms until the log is asked again, so there are fewer of them.
    const ask = (viewer: RawViewer): Promise<unknown> => viewer.fetch(at("public-old", "5000"));
    await generous.attack((url) => Promise.all(Array.from({ length: 20 }, () => storm(url, 8, ask))));
    expect((await generous.call("upstream", asked)) - before).toBeLessThan(40);
  });
});

test("a viewer that goes through thousands of partitions, each time others, holds up nobody", async () => {
  await using gateway = await SpawnedGateway.start({ limits: { requestsPerSecond: 1_000_000 } });
  await gateway.call("createTopics", [["public-wide", 2_000]]);
  const grown = await gateway.attack(async (url) => {
    let next = 0;
    await storm(url, 24, (viewer) => {
      const partitions = Array.from({ length: 250 }, () => next++ % 2_000);
      const wanted = partitions.map((partition) => ({ topic: "public-wide", partition, offset: "0" }));
      return viewer.fetch(wanted, { maxWaitMs: 200 });
    });
  });
  expect(grown).toBeLessThan(budgetMiB);
});

describe("numbers that make no sense", () => {
  const body = (changed: object): object => ({ ...fetchBody(at("public-old", "0"), { maxWaitMs: 0 }), ...changed });
  const offsets = ["-1", "1e3", "0x10", " 1", "", "1.5", "9223372036854775808", "9".repeat(50_000), "NaN", "−1", "١"];
  const numbers = [-1, 1.5, 1e300, Number.MIN_SAFE_INTEGER, null, "5", [5], { valueOf: 5 }, true];
  const bodies: readonly (readonly [string, object])[] = [
    ...offsets.map(
      (offset) =>
        [`offset ${offset.slice(0, 20)}`, body({ wanted: [{ topic: "public-old", partition: 0, offset }] })] as const,
    ),
    ...numbers.map(
      (partition) =>
        [
          `partition ${JSON.stringify(partition)}`,
          body({ wanted: [{ topic: "public-old", partition, offset: "0" }] }),
        ] as const,
    ),
    ...["leader", "maxWaitMs", "minBytes", "maxBytes", "maxBytesPerPartition"].flatMap((name) =>
      numbers.map((value) => [`${name} ${JSON.stringify(value)}`, body({ [name]: value })] as const),
    ),
    ["latest: true", body({ latest: true })],
    ["latest: __proto__", body({ latest: "__proto__" })],
    ["nothing wanted", body({ wanted: [] })],
    ["wanted: an object", body({ wanted: { length: 1 } })],
    // More than a frame may have, and in the next line as many as fit.
    [
      "10,000 partitions",
      body({
        wanted: Array.from({ length: 10_000 }, (_, partition) => ({ topic: "public-wide", partition, offset: "0" })),
      }),
    ],
    [
      "1,000 partitions",
      body({
        wanted: Array.from({ length: 1_000 }, (_, partition) => ({ topic: "public-wide", partition, offset: "0" })),
      }),
    ],
  ];

  test("are refused or bounded, and the gateway goes on", async () => {
    const unexpected: string[] = [];
    const grown = await careful.attack(async (url) => {
      for (const [name, one] of bodies) {
        using viewer = await RawViewer.open(url);
        const answer = await viewer.ask(types.fetch, one);
        const outcome = answer?.type ?? (await viewer.closed).code;
        if (![0x84, 0xff, 1009, 4400, 4429].includes(outcome)) unexpected.push(`${name}: ${outcome}`);
      }
    });
    expect(unexpected).toEqual([]);
    expect(grown).toBeLessThan(budgetMiB);
  });

  test.for(offsets)("an offset that is no decimal number of 64 bits (%j) is refused", async (offset) => {
    using viewer = await RawViewer.open(await careful.call("url"));
    const answer = await viewer.fetch(at("public-old", offset));
    if (answer === undefined) expect((await viewer.closed).code).toBe(4400);
    else expect(JSON.stringify(answer.body)).toMatch(/INVALID_REQUEST|OFFSET_OUT_OF_RANGE/);
  });
});

describe("waits and sizes are bounded", () => {
  test("huge ones hold nothing, and end with the viewer", async () => {
    const grown = await careful.attack(async (url) => {
      for (let i = 0; i < 20; i++) {
        using viewer = await RawViewer.open(url);
        const huge = { maxWaitMs: 2 ** 31 - 1, minBytes: 2 ** 31 - 1, maxBytes: 2 ** 31 - 1 };
        for (let id = 100; id < 104; id++) viewer.send(frame(types.fetch, id, fetchBody(at("public-idle", "0"), huge)));
        expect((await viewer.ask(types.metadata, { topics: ["public-idle"] }))?.type).toBe(0x82);
      }
    });
    expect(grown).toBeLessThan(budgetMiB);
  });

  test("an answer has 4 MiB at most, or one record, however much is asked for", async () => {
    using viewer = await RawViewer.open(await generous.call("url"));
    const all = { maxBytes: 2 ** 31 - 1, maxBytesPerPartition: 2 ** 31 - 1 };
    const large = await viewer.fetch(at("public-large", "0"), all);
    expect(readRecords(large?.records ?? Buffer.alloc(0)).map(({ offset }) => offset)).toEqual([0n]);
    const repeated = Array.from({ length: 200 }, () => at("public-old", "0")).flat();
    const answer = await viewer.fetch(repeated, all);
    expect(answer?.records.length ?? 0).toBeLessThanOrEqual(4 * mebibyte + 2_000);
  });

  test("a byte at a time, records of 10 MB for many viewers take the memory of a few", async () => {
    const grown = await generous.attack(async (url) => {
      const viewers = Array.from({ length: 10 }, async () => {
        using viewer = await RawViewer.open(url);
        for (let i = 0; i < 3; i++) {
          const answer = await viewer.fetch(at("public-large", `${i}`), { maxBytes: 1, maxBytesPerPartition: 1 });
          expect(answer?.records.length).toBeGreaterThan(10 * mebibyte - 2_000);
        }
      });
      await Promise.all(viewers);
    });
    expect(grown).toBeLessThan(320);
  });
});

describe("more at a time than the gateway allows", () => {
  test("ends the WebSocket with 4429", async () => {
    await careful.attack(async (url) => {
      using viewer = await RawViewer.open(url);
      for (let id = 100; id < 120; id++) viewer.send(frame(types.fetch, id, fetchBody(at("public-idle", "0"))));
      expect((await viewer.closed).code).toBe(4429);
    });
  });

  test("a cancel gives no room for more before its fetch is answered", async () => {
    await careful.attack(async (url) => {
      using viewer = await RawViewer.open(url);
      for (let id = 100; id < 1_100; id++) {
        viewer.send(frame(types.fetch, id, fetchBody(at("public-idle", "0"), { maxWaitMs: 30_000 })));
        viewer.send(frame(types.cancel, id, {}));
      }
      expect((await viewer.closed).code).toBe(4429);
    });
  });

  test("two requests with one id end the WebSocket, or are answered both", async () => {
    await careful.attack(async (url) => {
      using viewer = await RawViewer.open(url);
      const waiting = frame(types.fetch, 50, fetchBody(at("public-idle", "0"), { maxWaitMs: 300 }));
      viewer.send(waiting);
      viewer.send(waiting);
      const first = await viewer.answer(50);
      if (first === undefined) expect((await viewer.closed).code).toBe(4400);
      else await expect.poll(() => viewer.frames.length).toBe(1);
    });
  });

  test("nobody cancels the fetch of another viewer", async () => {
    const url = await careful.call("url");
    using victim = await RawViewer.open(url);
    using attacker = await RawViewer.open(url);
    victim.send(frame(types.fetch, 50, fetchBody(at("public-idle", "0"), { maxWaitMs: 2_000 })));
    const answer = victim.answer(50);
    await victim.ask(types.metadata, { topics: ["public-idle"] });
    attacker.send(frame(types.cancel, 50, {}));
    await attacker.ask(types.metadata, { topics: ["public-idle"] });
    await careful.call("append", { topic: "public-idle", count: 1, bytes: 10 });
    expect(readRecords((await answer)?.records ?? Buffer.alloc(0))).toHaveLength(1);
  });
});

describe("what is over a rate waits, and is answered then", () => {
  // These times have a lower bound only, which a slow machine cannot break: it is the gateway's own wait.
  const elapsed = async (run: () => Promise<unknown>): Promise<number> => {
    const since = performance.now();
    await run();
    return performance.now() - since;
  };

  test("requests", async () => {
    await using gateway = await SpawnedGateway.start({ limits: { requestsPerSecond: 20 } });
    using viewer = await RawViewer.open(await gateway.call("url"));
    const ms = await elapsed(async () => {
      for (let i = 0; i < 40; i++) expect((await viewer.ask(types.metadata))?.type).toBe(0x82);
    });
    // 20 are there at first; the others come at 20 a second.
    expect(ms).toBeGreaterThan(900);
  });

  test.for<object>([{ bytesPerSecond: 4_000_000 }, { oldBytesPerSecond: 4_000_000 }])("bytes: %o", async (limits) => {
    await using gateway = await SpawnedGateway.start({ limits });
    await gateway.call("createTopics", [["public-large", 1]]);
    await gateway.call("append", { topic: "public-large", count: 4, bytes: 2_000_000 });
    using viewer = await RawViewer.open(await gateway.call("url"));
    const ms = await elapsed(() => viewer.read("public-large", 0n, 4));
    // Of 8 MB, 4 are there at first, and the last record may be owed.
    expect(ms).toBeGreaterThan(400);
  });

  test("answers without news, where a viewer does not want to wait", async () => {
    using viewer = await RawViewer.open(await careful.call("url"));
    const ms = await elapsed(async () => {
      for (let i = 0; i < 12; i++) await viewer.fetch(at("public-empty", "0"), { maxWaitMs: 0, minBytes: 0 });
    });
    expect(ms).toBeGreaterThan(1_000);
  });
});
