import { expect, test, vi } from "vitest";

import { brokenInGroup, checkGroupLog } from "../src/groups/group-checker.ts";
import type { GroupCheck, GroupLog, MemberHistory } from "../src/groups/group-checker.ts";
import { numberedPayload } from "../src/payload.ts";

// The first use of Python makes its environment.
vi.setConfig({ testTimeout: 120_000 });

/** A line of a member. */
type Line = Readonly<Record<string, unknown>>;

const owns = (what: "assigned" | "revoked" | "lost", time: number): Line => ({ what, time, partitions: [["a", 0]] });
/** Message n is at offset n, is written at 100 n, and takes 10 ms to handle. */
const handles = (offset: number, began = 100 * offset + 50): Line => ({
  what: "handled",
  began,
  time: began + 10,
  topic: "a",
  partition: 0,
  offset,
  producer: 0,
  sequence: offset,
});

const handlesAll = (from: number, to: number): Line[] =>
  Array.from({ length: to - from + 1 }, (_, index) => handles(from + index));

const member = (name: string, lines: readonly Line[], fate: string | null = null): MemberHistory => ({
  name,
  fate,
  lines: lines.map((line) => JSON.stringify(line)).join("\n"),
});

const commit = (offset: number, time: number): GroupLog["commits"][number] => ["g", "a", 0, offset, time];

/** Ten records in one partition: the checker's findings about a group with these members and commits. */
async function check(
  members: readonly MemberHistory[],
  commits: GroupLog["commits"],
  since?: number,
): Promise<GroupCheck> {
  const records = Array.from({ length: 10 }, (_, sequence) => {
    const payload = numberedPayload({ producer: 0, sequence }, 12);
    return ["a", 0, sequence, 100 * sequence, Buffer.from(payload).toString("hex")] as const;
  });
  const first = since === undefined ? {} : { since: { a: { 0: since } } };
  const checked = await checkGroupLog(
    { topics: ["a"], groups: [{ group: "g", members }], ...first },
    { records, commits },
  );
  const { g } = checked;
  if (g === undefined) throw new Error("the checker did not answer for the group");
  return g;
}

/** What is not as in a group where all is well: every count that is not 0, except of what was handled. */
function found({ handled: _handled, pauseMs: _pauseMs, pausedAt: _pausedAt, ...rest }: GroupCheck): object {
  return Object.fromEntries(Object.entries(rest).filter(([, count]) => typeof count === "number" && count > 0));
}

/** One member handles 0 to 4, is killed at 500, and another goes on at what was committed. */
const killed = (committed: number, again: number): Promise<GroupCheck> =>
  check(
    [
      member("one", [owns("assigned", 10), ...handlesAll(0, 4)], "killed"),
      member("two", [owns("assigned", 3_000), ...handlesAfter(3_000, again, 9)]),
    ],
    [commit(committed, 490), commit(10, 4_000)],
  );

const handlesAfter = (time: number, from: number, to: number): Line[] =>
  Array.from({ length: to - from + 1 }, (_, index) => handles(from + index, time + 20 * (index + 1)));

test("a group of which each message is handled once and then committed passes", async () => {
  const one = member("one", [owns("assigned", 10), ...handlesAll(0, 4), owns("revoked", 470)]);
  const two = member("two", [owns("assigned", 480), ...handlesAll(5, 9)]);
  const checked = await check([one, two], [commit(3, 300), commit(5, 465), commit(10, 970)]);
  // Message 1 is written at 100 and finished at 160, and so on.
  expect(checked).toMatchObject({ handled: 10, pauseMs: 60 });
  expect(found(checked)).toEqual({});
  expect(brokenInGroup("g", checked, 60)).toEqual([]);
});

test("a record that was committed and handled by nobody is lost, and its commit was too early", async () => {
  // The first member has committed what it fetched: 5 and 6 are lost with it.
  const checked = await killed(7, 7);
  expect(found(checked)).toEqual({ lost: 2, committedUnhandled: 2 });
  expect(brokenInGroup("g", checked, 10_000)).toContain("g: 2 records were handled by nobody");
});

test("what a killed member had not committed may be handled again, and is counted with that reason", async () => {
  const checked = await killed(3, 3);
  expect(found(checked)).toEqual({ duplicated: 2 });
  expect(checked.causes).toEqual({ killed: 2 });
  expect(brokenInGroup("g", checked, 10_000)).toEqual([]);
});

test("what was committed must not be handled again, even after a kill", async () => {
  const checked = await killed(5, 3);
  expect(found(checked)).toEqual({ duplicated: 2, ofCommitted: 2 });
  expect(brokenInGroup("g", checked, 10_000)[0]).toBe(
    "g: 2 messages were handled again although they had been committed",
  );
});

test("the pause is the time in which records wait, from the first that nobody has handled", async () => {
  // Message 5 is written at 500, and finished at 3030. The member before finished its last one at 460.
  const checked = await killed(5, 5);
  expect(checked).toMatchObject({ pauseMs: 2_530, pausedAt: "a[0] from 500 to 3030" });
  expect(brokenInGroup("g", checked, 2_529)).toEqual([
    "g: nobody handled a[0] from 500 to 3030, 2530 ms where 2529 are allowed",
  ]);
});

/** What one member does wrong: its lines, and those of another that works beside it. */
const faults: Readonly<Record<string, readonly [one: readonly Line[], two: readonly Line[]]>> = {
  unexplained: [
    [owns("assigned", 10), ...handlesAll(0, 4), owns("revoked", 470)],
    [owns("assigned", 480), ...handlesAfter(480, 4, 9)],
  ],
  outOfOrder: [[owns("assigned", 10), ...handlesAll(0, 3), handles(5, 460), handles(4, 480), ...handlesAll(6, 9)], []],
  corrupt: [[owns("assigned", 10), ...handlesAll(0, 9), { ...handles(9), offset: 10 }], []],
  unassigned: [
    [owns("assigned", 10), ...handlesAll(0, 4), owns("revoked", 470), handles(5, 500)],
    [owns("assigned", 480), ...handlesAll(6, 9)],
  ],
  overlapping: [
    [owns("assigned", 10), ...handlesAll(0, 5)],
    [owns("assigned", 480), ...handlesAll(6, 9)],
  ],
  unprovoked: [[owns("assigned", 10), ...handlesAll(0, 9), owns("lost", 1_000)], []],
};

test.for(Object.entries(faults))("a member whose messages are %s is found", async ([kind, [one, two]]) => {
  const checked = await check([member("one", one), member("two", two)], [commit(10, 2_000)]);
  expect(found(checked)).toMatchObject({ [kind]: expect.toSatisfy((count: number) => count > 0) });
  expect(brokenInGroup("g", checked, 10_000).join()).toContain(`g: ${kind}: `);
});

test("members may not lose partitions or handle messages again unless something was done to them", async () => {
  const one = [owns("assigned", 10), ...handlesAll(0, 4), owns("lost", 3_000)];
  const two = [owns("assigned", 2_000), ...handlesAfter(2_000, 4, 9)];
  const hurt = await check([member("one", one, "frozen"), member("two", two)], [commit(4, 400), commit(10, 2_500)]);
  expect(found(hurt)).toEqual({ duplicated: 1 });
  expect(hurt.causes).toEqual({ frozen: 1 });
});

test("a message that was in hand when its partition was lost may be finished, and comes again", async () => {
  const inHand = { ...handles(5, 540), time: 700 };
  const one = [owns("assigned", 10), ...handlesAll(0, 4), owns("lost", 600), owns("assigned", 650), inHand];
  const again = handlesAfter(700, 5, 9);
  const checked = await check([member("one", [...one, ...again], "frozen")], [commit(5, 470), commit(10, 990)]);
  expect(found(checked)).toEqual({ duplicated: 1 });
});

test("a committed offset that goes back is found", async () => {
  const one = member("one", [owns("assigned", 10), ...handlesAll(0, 4), owns("revoked", 475)]);
  const two = member("two", [owns("assigned", 480), ...handlesAll(5, 9)]);
  const back = await check([one, two], [commit(5, 470), commit(8, 800), commit(4, 810), commit(10, 990)]);
  expect(found(back)).toEqual({ committedBack: 1 });
  const atTheEnd = await check([one, two], [commit(5, 470), commit(8, 800), commit(7, 810)]);
  expect(found(atTheEnd)).toEqual({ committedBack: 1 });
});

test("a late commit of the same member, which commits again where it was, is told apart", async () => {
  const one = member("one", [owns("assigned", 10), ...handlesAll(0, 9)]);
  const checked = await check([one], [commit(8, 800), commit(7, 810), commit(10, 990)]);
  expect(found(checked)).toEqual({ committedLate: 1 });
});

test("records before the group's own start need not be handled", async () => {
  const one = member("one", [owns("assigned", 10), ...handlesAll(4, 9)]);
  expect(found(await check([one], [commit(4, 11), commit(10, 990)], 4))).toEqual({});
  expect(found(await check([one], [commit(4, 11), commit(10, 990)], 3))).toEqual({ lost: 1, committedUnhandled: 2 });
});
