import { fromFlow } from "@dataqueues/flows";
import { expect, test } from "vitest";

import { flowFixture } from "./flow-fixture.ts";

const entry = flowFixture("signal-display-metrics");

test("a state in the entry counts where the option gives none", () => {
  const withState = { ...entry, state: { windows: [{ start: 1 }] } };
  expect(fromFlow(withState).windows.map(({ start }) => start)).toEqual([1]);
  expect(fromFlow(withState, { state: { windows: [{ start: 2 }, {}] } }).windows.map(({ start }) => start)).toEqual([
    2,
    undefined,
  ]);
});

// The receive processors send window n, counted from 0, on partition n + 1, and the averaged stream on partition 0.
test("each window of the state is on the partition after its index", () => {
  expect(fromFlow(entry, { state: flowFixture("own.state-two-windows") }).windows).toEqual([
    { partition: 1, assignment: [["metrics-amplitude-01", 1]], start: 100, end: 200, channelsAveraged: 1 },
    { partition: 2, assignment: [["metrics-amplitude-01", 2]], start: 400, end: 800, channelsAveraged: 4 },
  ]);
});

test("a window is on that partition of each topic", () => {
  const several = flowFixture("signal-display-metrics", ({ sink }) => Object.assign(sink, { topics: ["a", "b"] }));
  expect(fromFlow(several, { state: { windows: [{}] } }).windows[0]?.assignment).toEqual([
    ["a", 1],
    ["b", 1],
  ]);
});

test.for([{}, { start: null, end: null, channels_averaged: null }, { colour: "red" }])(
  "of the window %j only the partition is known",
  (window) => {
    const none = { start: undefined, end: undefined, channelsAveraged: undefined };
    const [read] = fromFlow(entry, { state: { windows: [window] } }).windows;
    expect(read).toStrictEqual({ partition: 1, assignment: [["metrics-amplitude-01", 1]], ...none });
  },
);

test.for([undefined, null, {}, { status: "WAITING" }, { windows: null }, { windows: [] }])(
  "the state %j has no windows open",
  (state) => {
    expect(fromFlow(entry, { state })).toMatchObject({ windows: [], partitions: 6 });
  },
);

test("there are partitions for all windows that are open, even if the entry says less", () => {
  const windows = Array.from({ length: 7 }, () => ({}));
  expect(fromFlow(entry, { state: { windows } }).partitions).toBe(8);
  const silent = flowFixture("after-docs.rcal-gains");
  expect(fromFlow(silent, { state: { windows: [{}] } }).partitions).toBe(2);
});
