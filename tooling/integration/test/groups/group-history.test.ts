import { expect, test } from "vitest";

import { GroupHistory } from "./group-history.ts";

const at = (offset: bigint): { topic: string; partition: number; offset: bigint } => ({
  topic: "a",
  partition: 0,
  offset,
});
const place = (offset: bigint): Map<string, bigint> => new Map([["a/0", offset]]);

/** A history in which one member has handled the first three of four records, and committed them. */
function historyOfThree(): GroupHistory {
  const history = new GroupHistory();
  for (let offset = 0n; offset < 4n; offset += 1n) history.sent(at(offset));
  history.assigned("one", [["a", 0]], new Map());
  for (let offset = 0n; offset < 3n; offset += 1n) {
    history.delivered("one", at(offset));
    history.handled(at(offset));
  }
  history.committed(place(3n));
  return history;
}

test("a history in which all went well has no violations, and knows what is unfinished", () => {
  const history = historyOfThree();
  expect([history.violations, history.duplicates]).toEqual([[], 0]);
  expect(history.unfinished).toEqual(["a/0 is committed up to 3, and ends at 4"]);
  history.gaveUp("one", [["a", 0]]);
  history.assigned("two", [["a", 0]], place(3n));
  history.delivered("two", at(3n));
  history.handled(at(3n));
  history.toldCommitted("two", at(3n), place(4n));
  history.committed(place(4n));
  expect([history.violations, history.duplicates, history.unfinished]).toEqual([[], 0, []]);
});

test("what must not happen is noticed", () => {
  const noticed = (happens: (history: GroupHistory) => void): readonly string[] => {
    const history = historyOfThree();
    happens(history);
    return history.violations;
  };
  expect(noticed((history) => history.committed(place(2n)))).toEqual(["the place of a/0 went back from 3 to 2"]);
  expect(noticed((history) => history.committed(place(4n)))).toEqual([
    "the place of a/0 is 4, but nobody has handled 3",
  ]);
  expect(noticed((history) => history.delivered("one", at(4n)))).toEqual(["one got a/0 4, not 3"]);
  expect(noticed((history) => history.delivered("one", at(2n)))).toEqual(["one got a/0 2, not 3"]);
  expect(noticed((history) => history.delivered("two", at(3n)))).toEqual(["two got a/0 3, not nothing of it"]);
  expect(noticed((history) => history.assigned("one", [["a", 0]], place(3n)))).toEqual(["one was given a/0 twice"]);
  expect(noticed((history) => history.gaveUp("two", [["a", 0]]))).toEqual(["two gave up a/0, which it does not own"]);
  expect(noticed((history) => history.toldCommitted("one", at(3n), place(3n)))).toEqual([
    "one was told that a/0 3 is committed, but the place is 3",
  ]);
});

test("a partition that does not begin at the committed place is noticed by its first record", () => {
  const history = historyOfThree();
  history.gaveUp("one", [["a", 0]]);
  history.assigned("two", [["a", 0]], place(3n));
  history.delivered("two", at(2n));
  expect(history.violations).toEqual(["two got a/0 2, not 3"]);
});

test("records that were handled more than once are counted", () => {
  const history = historyOfThree();
  history.handled(at(1n));
  history.handled(at(1n));
  expect(history.duplicates).toBe(2);
});
