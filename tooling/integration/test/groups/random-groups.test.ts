import { deepStrictEqual } from "node:assert/strict";

import { DataQueueConsumer } from "dataqueues";
import * as fc from "fast-check";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";

import { logWithTopics } from "../log-with-topics.ts";
import type { MemberStyle } from "./group-member.ts";
import { group, GroupRun, soon, topics } from "./group-run.ts";
import type { Setup, Step, TimedStep } from "./group-run.ts";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const numRuns = Number(process.env["DATAQUEUES_RUNS"] ?? 12);
const path = process.env["DATAQUEUES_PATH"];

const requests = [
  "joinGroup",
  "heartbeat",
  "commitOffsets",
  "fetchOffsets",
  "metadata",
  "fetch",
  "listOffsets",
] as const;
const codes = [
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "REBALANCE_IN_PROGRESS",
  "UNKNOWN_MEMBER_ID",
  "ILLEGAL_GENERATION",
] as const;
const at = fc.nat({ max: 20 });
const times = fc.integer({ min: 1, max: 3 });
const style: fc.Arbitrary<MemberStyle> = fc.record({
  loop: fc.constantFrom("messages" as const, "batches" as const, "commits" as const),
  workMs: fc.constantFrom(0, 1, 7, 40),
});
/** What happens to any group. */
const gentle: fc.WeightedArbitrary<Step>[] = [
  { weight: 5, arbitrary: fc.record({ do: fc.constant("join" as const), style }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("close" as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("subscribe" as const), at, topics: fc.subarray(Object.keys(topics)) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "grow" as const }) },
];
/** What must not happen, and does. */
const rough: fc.WeightedArbitrary<Step>[] = [
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("kill" as const, "fence" as const), at }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("work" as const), at, extraMs: fc.constantFrom(300, 1_500, 7_000) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fault" as const),
      fault: fc.constantFrom("hang" as const, "dropResponse" as const, "delay" as const),
      request: fc.constantFrom(...requests),
      times,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("fail" as const),
      code: fc.constantFrom(...codes),
      request: fc.constantFrom(...requests.slice(0, 4)),
      times,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("fenceAll" as const, "disconnect" as const) }) },
];
const setup: fc.Arbitrary<Setup> = fc.record({
  options: fc.constantFrom(
    { groupProtocol: "consumer" as const },
    { groupProtocol: "classic" as const },
    { groupProtocol: "classic" as const, assignor: "range" as const },
    {},
  ),
  loseEvery: fc.constantFrom(0, 0, 3, 10),
});
// The code of groups is loaded at its first use, which takes real time.
beforeAll(async () => {
  const log = await logWithTopics(["a"]);
  await using consumer = new DataQueueConsumer(log, { topics: "a", group });
  await consumer.connect();
});

// Nothing else here takes real time, and the same seed gives the same run.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  let ids = 0;
  vi.spyOn(crypto, "randomUUID").mockImplementation(() => `00000000-0000-0000-0000-${String(++ids).padStart(12, "0")}`);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

async function run(how: Setup, steps: readonly TimedStep[], mayRepeat: boolean): Promise<void> {
  const log = await soon("topics", 10_000, logWithTopics(Object.entries(topics)));
  const groupRun = new GroupRun(log, how);
  for (const one of steps) await groupRun.take(one);
  await groupRun.finish();
  deepStrictEqual(groupRun.history.violations, []);
  if (!mayRepeat) deepStrictEqual(groupRun.history.duplicates, 0);
  // The log carries out what was delayed, although nobody waits for it any more.
  await vi.advanceTimersByTimeAsync(700);
  deepStrictEqual(vi.getTimerCount(), 0);
}

/** Does random steps to random groups. */
function runs(of: fc.Arbitrary<Step>, how: fc.Arbitrary<Setup>, mayRepeat: boolean): Promise<void> {
  const again = "the same again: DATAQUEUES_SEED and, for one run, DATAQUEUES_PATH; more of them: DATAQUEUES_RUNS=300";
  console.log(`seed ${seed}; ${again}`);
  const timed = fc.record({ step: of, at, count: fc.nat({ max: 15 }), ms: fc.constantFrom(0, 20, 150, 800, 4_000) });
  const steps = fc.array(timed, { minLength: 8, maxLength: 30 });
  const property = fc.asyncProperty(how, steps, (one, many) => run(one, many, mayRepeat));
  return Promise.resolve(fc.assert(property, { seed, numRuns, endOnFailure: true, ...(path && { path }) }));
}

test("members that come, go, die, stall and are cut off: every record is handled in order, and what is committed comes once", async () => {
  await expect(runs(fc.oneof(...gentle, ...rough), setup, true)).resolves.toBeUndefined();
}, 1_800_000);

test("members that come and go, topics that grow and change: every record is handled in order, and once", async () => {
  await expect(
    runs(
      fc.oneof(...gentle),
      setup.map(({ options }) => ({ options, loseEvery: 0 })),
      false,
    ),
  ).resolves.toBeUndefined();
}, 1_800_000);
