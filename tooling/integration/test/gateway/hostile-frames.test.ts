import { once } from "node:events";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { frame, recordBytes, types } from "./frames.ts";
import { fetchBody, RawViewer } from "./raw-viewer.ts";
import { ended, upgradedSocket } from "./upgraded-socket.ts";
import { SpawnedGateway } from "./spawned-gateway.ts";

/** Random, unless DATAQUEUES_SEED repeats a run. */
const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

let gateway: SpawnedGateway;
beforeAll(async () => {
  gateway = await SpawnedGateway.start({ roles: ["read", "write"] });
  await gateway.call("createTopics", [["public-topic", 1]]);
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** By how many MiB a hostile frame, or thousands of them, may make the process grow. */
const budgetMiB = 96;

/** Sends messages on a WebSocket of its own, after HELLO or in its place, and returns the code with which it is closed. */
async function closing(url: string, messages: readonly (Uint8Array | string)[], hello = true): Promise<number> {
  using viewer = hello ? await RawViewer.open(url) : new RawViewer(url);
  if (!hello) await once(viewer.socket, "open");
  for (const message of messages) viewer.send(message);
  return (await viewer.closed).code;
}

const metadata = frame(types.metadata, 9, {});
const hello = frame(types.hello, 1, { role: "read" });

describe("a frame that the protocol does not have ends its WebSocket and no other", () => {
  test.for<[string, readonly (Uint8Array | string)[], boolean, number]>([
    ["text in the place of bytes", ["hello"], true, 1003],
    ["text as HELLO", ['{"role":"read"}'], false, 1003],
    ["no bytes", [new Uint8Array()], true, 4400],
    ["15 bytes, one less than a header", [metadata.subarray(0, 15)], true, 4400],
    ["JSON that is longer than the frame", [Buffer.from(metadata).fill(0xff, 8, 12)], true, 4400],
    ["another version", [Buffer.from(metadata).fill(2, 1, 2)], true, 4400],
    ["no JSON", [frame(types.metadata, 9, "")], true, 4400],
    ["half of some JSON", [frame(types.metadata, 9, '{"topics":[')], true, 4400],
    ["JSON nested 30,000 deep", [frame(types.metadata, 9, "[".repeat(30_000))], true, 4400],
    [
      "a valid JSON nested 15,000 deep",
      [frame(types.metadata, 9, "[".repeat(15_000) + "]".repeat(15_000))],
      true,
      4400,
    ],
    ["bytes that are no UTF-8", [frame(types.metadata, 9, '"ab"').fill(0xff, 17, 19)], true, 4400],
    ["a type that does not exist", [frame(99, 9, {})], true, 4400],
    ["type 0", [frame(0, 9, {})], true, 4400],
    ["an answer", [frame(0x82, 9, { topics: [] })], true, 4400],
    ["an error", [frame(0xff, 9, { error: "X" })], true, 4400],
    ["a second HELLO", [hello], true, 4400],
    ["a request in the place of HELLO", [metadata], false, 4400],
    ["a heartbeat in the place of HELLO", [frame(types.heartbeat, 0, {})], false, 4400],
    ["a HELLO of another version", [Buffer.from(hello).fill(9, 1, 2)], false, 4400],
    ["a HELLO without a role", [frame(types.hello, 1, {})], false, 4400],
    ["a HELLO with the role of a group's member", [frame(types.hello, 1, { role: "group" })], false, 4400],
    ["a HELLO with __proto__ for a role", [frame(types.hello, 1, { role: "__proto__" })], false, 4400],
    ["a HELLO that is a list", [frame(types.hello, 1, [])], false, 4400],
    ["a HELLO that is null", [frame(types.hello, 1, null)], false, 4400],
    ["more than 64 KiB", [frame(types.metadata, 9, {}, new Uint8Array(65_536))], true, 1009],
    ["16 MiB", [frame(types.metadata, 9, {}, new Uint8Array(2 ** 24))], true, 1009],
  ])("%s", async ([, messages, afterHello, code]) => {
    const grown = await gateway.attack(async (url) => {
      const codes = await Promise.all(Array.from({ length: 10 }, () => closing(url, messages, afterHello)));
      // A frame that is still being sent when the WebSocket ends may hide the code.
      expect(new Set(codes.map((found) => (found === 1006 ? code : found)))).toEqual(new Set([code]));
    });
    expect(grown).toBeLessThan(budgetMiB);
  });
});

describe("what is no WebSocket's frame ends the connection", () => {
  /** The header of a WebSocket frame as a client sends it, with a mask of zeros. Source: RFC 6455, section 5.2. */
  const masked = (firstByte: number, length: number): Buffer => {
    const long = Buffer.alloc(14);
    long.writeUInt8(firstByte, 0);
    long.writeUInt8(0xff, 1);
    long.writeBigUInt64BE(BigInt(length), 2);
    return long;
  };
  const mask = Buffer.alloc(4);

  test.for<[string, Buffer]>([
    ["a frame without a mask", Buffer.concat([Buffer.from([0x82, 20]), hello])],
    ["a claim of 1 GB", masked(0x82, 2 ** 30)],
    ["a claim of 2 ** 53 bytes", masked(0x82, 2 ** 53)],
    ["a claim of 1 GB in the first of several fragments", masked(0x02, 2 ** 30)],
    ["a continuation of nothing", Buffer.concat([Buffer.from([0x80, 0x80]), mask])],
    [
      "a second beginning within fragments",
      Buffer.concat([Buffer.from([0x02, 0x80]), mask, Buffer.from([0x02, 0x80]), mask]),
    ],
    [
      "16 fragments",
      Buffer.concat([
        Buffer.from([0x02, 0x80]),
        mask,
        ...Array.from({ length: 15 }, () => Buffer.concat([Buffer.from([0x00, 0x80]), mask])),
      ]),
    ],
    ["compression that was not agreed upon", Buffer.concat([Buffer.from([0xc2, 0x80]), mask])],
    ["a reserved opcode", Buffer.concat([Buffer.from([0x83, 0x80]), mask])],
    ["a ping in fragments", Buffer.concat([Buffer.from([0x09, 0x80]), mask])],
    ["a ping of 126 bytes", Buffer.concat([Buffer.from([0x89, 0xfe, 0, 126]), mask, Buffer.alloc(126)])],
    ["a close frame of one byte", Buffer.concat([Buffer.from([0x88, 0x81]), mask, Buffer.from([3])])],
    ["text that is no UTF-8", Buffer.concat([Buffer.from([0x81, 0x82]), mask, Buffer.from([0xff, 0xfe])])],
    ["another HTTP request", Buffer.from("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ])("%s", async ([, bytes]) => {
    const grown = await gateway.attack(async (url) => {
      for (let i = 0; i < 5; i++) {
        const socket = await upgradedSocket(url);
        socket.write(bytes);
        await ended(socket);
      }
    });
    expect(grown).toBeLessThan(budgetMiB);
  });
});

test("pings, empty fragments and heartbeats in their thousands harm nobody", async () => {
  const grown = await gateway.attack(async (url) => {
    using viewer = await RawViewer.open(url);
    for (let i = 0; i < 20_000; i++) {
      viewer.socket.ping();
      viewer.send(frame(types.heartbeat, 0, {}));
      viewer.send(frame(types.cancel, i, {}));
      if (i % 1_000 === 0) await new Promise(setImmediate);
    }
    // What is over its rate waits, for minutes if it is much. Others are answered meanwhile.
    using other = await RawViewer.open(url);
    for (let i = 0; i < 50; i++) expect(await other.ask(types.metadata)).toBeDefined();
  });
  expect(grown).toBeLessThan(budgetMiB);
});

/** One valid frame of each kind that a client may send. */
const records = recordBytes(new Uint8Array(24));
const batch = { topic: "public-topic", partition: 0, baseSequence: 0, count: 1, bytes: records.length };
const valid: readonly (readonly [string, Buffer])[] = [
  ["metadata", frame(types.metadata, 9, { topics: ["public-topic"] })],
  [
    "listOffsets",
    frame(types.listOffsets, 9, {
      leader: 0,
      queries: [{ topic: "public-topic", partition: 0, at: { timestamp: 5 } }],
    }),
  ],
  ["fetch", frame(types.fetch, 9, fetchBody([{ topic: "public-topic", offset: "0" }], { latest: "partition" }))],
  ["cancel", frame(types.cancel, 9, {})],
  ["produceMore", frame(types.produceMore, 9, {}, records)],
  [
    "produce",
    frame(types.produce, 9, { leader: 0, acks: -1, timeoutMs: 1_000, compression: "none", batches: [batch] }, records),
  ],
  ["initProducerId", frame(types.initProducerId, 9, {})],
  ["heartbeat", frame(types.heartbeat, 0, {})],
];

/** Sends frames, each followed by a question; opens another WebSocket whenever one is closed. Returns how often that was. */
async function sendAll(url: string, frames: readonly Buffer[]): Promise<number> {
  let closings = 0;
  let viewer = await RawViewer.open(url, { role: "write" });
  for (const bytes of frames) {
    viewer.send(bytes);
    if ((await viewer.ask(types.metadata, { topics: [] })) !== undefined) continue;
    closings++;
    viewer = await RawViewer.open(url, { role: "write" });
  }
  viewer[Symbol.dispose]();
  return closings;
}

test.for(valid)(`%s with any byte changed harms nobody (DATAQUEUES_SEED=${seed})`, async ([, original]) => {
  const generator = mersenne(seed);
  const mutants = Array.from(original, (byte, at) => {
    const mutant = Buffer.from(original);
    mutant[at] = byte ^ uniformInt(generator, 1, 255);
    return mutant;
  });
  let closings = 0;
  const grown = await gateway.attack(async (url) => {
    // In four parts at the same time.
    const parts = [0, 1, 2, 3].map((part) => mutants.filter((_, at) => at % 4 === part));
    for (const count of await Promise.all(parts.map((part) => sendAll(url, part)))) closings += count;
  });
  expect(closings).toBeGreaterThan(0);
  expect(grown).toBeLessThan(budgetMiB);
});

test(`HELLO with any byte changed lets nobody in who should not be (DATAQUEUES_SEED=${seed})`, async () => {
  const generator = mersenne(seed);
  const letIn: number[] = [];
  await gateway.attack(async (url) => {
    for (const at of hello.keys()) {
      const mutant = Buffer.from(hello);
      mutant[at] = (hello[at] ?? 0) ^ uniformInt(generator, 1, 255);
      using viewer = new RawViewer(url);
      await once(viewer.socket, "open");
      viewer.send(mutant);
      viewer.send(frame(types.metadata, 77, { topics: [] }));
      const answer = await viewer.answer(77);
      if (answer?.type === 0x82) letIn.push(at);
    }
  });
  // Those are valid HELLOs: with another id, or with other bits where nothing is told.
  expect([2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 31]).toEqual(expect.arrayContaining(letIn));
});

test(`random bytes harm nobody (DATAQUEUES_SEED=${seed})`, async () => {
  const generator = mersenne(seed);
  const random = (length: number): Buffer =>
    Buffer.from(Uint8Array.from({ length }, () => uniformInt(generator, 0, 255)));
  const grown = await gateway.attack(async (url) => {
    const afterHello = Array.from({ length: 300 }, () => random(uniformInt(generator, 0, 200)));
    // Random bytes after a header that is right, so that they are read further.
    const bodies = Array.from({ length: 300 }, () => {
      const [type, body] = [uniformInt(generator, 0, 12), random(uniformInt(generator, 0, 200))];
      return frame(type, 9, '{"topics":[]}', body);
    });
    await sendAll(url, [...afterHello, ...bodies]);
    for (let i = 0; i < 50; i++) {
      const socket = await upgradedSocket(url);
      socket.end(random(uniformInt(generator, 1, 2_000)));
      await ended(socket);
    }
  });
  expect(grown).toBeLessThan(budgetMiB);
});

describe("whoever may not write", () => {
  const produce = valid.find(([name]) => name === "produce")?.[1] ?? Buffer.alloc(0);
  const requests: readonly (readonly [string, Buffer])[] = [
    ["produce", produce],
    ["produceMore", frame(types.produceMore, 9, {}, records)],
    ["initProducerId", frame(types.initProducerId, 9, {})],
    ["admin", frame(types.admin, 9, { request: "deleteTopics", specs: ["public-topic"] })],
  ];

  test.for(requests)("is not served %s on a reader's WebSocket", async ([, bytes]) => {
    await gateway.attack(async (url) => {
      using viewer = await RawViewer.open(url);
      const answer = viewer.answer(9);
      viewer.send(bytes);
      const received = await answer;
      if (received !== undefined) expect(received.type).toBe(types.error);
      else expect((await viewer.closed).code).toBe(4400);
    });
  });

  test("cannot open a role that the gateway does not have", async () => {
    const url = await gateway.call("url");
    using viewer = new RawViewer(url);
    await once(viewer.socket, "open");
    const answer = await viewer.ask(types.hello, { role: "admin" });
    expect(answer?.body).toEqual({ error: "UNSUPPORTED" });
    expect((await viewer.closed).code).toBeGreaterThanOrEqual(4400);
  });

  test("cannot make the gateway keep records of a produce that never comes", async () => {
    const grown = await gateway.attack(async (url) => {
      const floods = Array.from({ length: 8 }, async () => {
        using viewer = await RawViewer.open(url, { role: "write" });
        const more = new Uint8Array(60_000);
        let isClosed = false;
        const closed = viewer.closed.then(({ code }) => {
          isClosed = true;
          return code;
        });
        // 60 MB, with a new id for every hundredth frame.
        for (let i = 0; i < 1_000 && !isClosed; i++) {
          await new Promise((sent) =>
            viewer.socket.send(frame(types.produceMore, 100 + Math.floor(i / 100), {}, more), sent),
          );
        }
        expect([1006, 4400, 4429]).toContain(await closed);
      });
      await Promise.all(floods);
    });
    expect(grown).toBeLessThan(300);
  });
});
