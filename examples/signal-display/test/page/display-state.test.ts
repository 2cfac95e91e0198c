import { describe, expect, test } from "vitest";

import type { FrequencyAxis, ToPage, View } from "../../src/display-messages.ts";
import { badgeText } from "../../src/page/connection-badge.ts";
import { DisplayState } from "../../src/page/display-state.ts";
import type { MessageOf } from "../../src/page/display-state.ts";
import { FrequencyCursor } from "../../src/page/frequency-cursor.ts";
import { withoutWindow, withShown } from "../../src/page/window-choice.ts";

const start = Date.UTC(2026, 10, 27, 13, 28, 15);
const view: View = { windows: [0, 3], shown: 0, baseline: "m033_m038" };
const axis: FrequencyAxis = { firstHz: 100, lastHz: 300, count: 3 };

function spectrum(window: number, time = start, of: FrequencyAxis = axis): MessageOf<"spectrum"> {
  const values = Float32Array.from({ length: 2 * of.count }, (_value, index) => index + window * 100);
  const polarisations = ["XY", "XX"];
  return { type: "spectrum", window, time, axis: of, polarisations, values, processingBlock: "pb-1" };
}

function amplitude(window: number, baseline: string): MessageOf<"amplitude"> {
  return { ...spectrum(window), type: "amplitude", baseline };
}

function thumbnails(window: number): ToPage {
  const values = new Float32Array(2);
  return { type: "thumbnails", quantity: "phase", window, time: start, baselines: ["m033_m038"], points: 2, values };
}

describe("the state", () => {
  test("keeps the newest values of each open window", () => {
    const state = new DisplayState("01", view, start);
    for (const message of [spectrum(0), spectrum(3), spectrum(0, start + 1000)]) state.accept(message);
    expect(state.channels("spectrum")?.time).toBe(start + 1000);
    state.setView({ ...view, shown: 3 });
    expect(state.channels("spectrum")?.window).toBe(3);
    expect(state.processingBlock).toBe("pb-1");
  });

  test("drops what comes late of a window that was closed", () => {
    const state = new DisplayState("01", view, start);
    const late = [spectrum(5), amplitude(5, "m033_m038"), thumbnails(5)];
    for (const message of late) state.accept(message);
    state.setView({ windows: [0, 5], shown: 5, baseline: "m033_m038" });
    expect([state.channels("spectrum"), state.channels("amplitude"), state.thumbnails("phase")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(state.waterfall).toBeUndefined();
  });

  test("forgets all of a window that is closed", () => {
    const state = new DisplayState("01", view, start);
    for (const message of [spectrum(3), amplitude(3, "m033_m038"), thumbnails(3)]) state.accept(message);
    state.setView({ ...view, windows: [0] });
    state.setView({ ...view, shown: 3 });
    expect(state.channels("spectrum")).toBeUndefined();
    expect(state.thumbnails("phase")).toBeUndefined();
    expect(state.waterfall).toBeUndefined();
  });

  test("shows no values of another baseline than the chosen one", () => {
    const state = new DisplayState("01", view, start);
    state.accept(amplitude(0, "m033_m038"));
    state.setView({ ...view, baseline: "m034_m035" });
    expect(state.channels("amplitude")).toBeUndefined();
    state.accept(amplitude(0, "m033_m038"));
    expect(state.channels("amplitude")).toBeUndefined();
    state.accept(amplitude(0, "m034_m035"));
    expect(state.channels("amplitude")?.time).toBe(start);
  });

  test("puts XX of spectra and of their history into the waterfall", () => {
    const state = new DisplayState("01", view, start);
    state.accept(spectrum(0));
    const times = Float64Array.of(start - 2000, start - 1000);
    state.accept({ type: "spectrumHistory", window: 0, axis, times, values: Float32Array.of(1, 2, 3, 4, 5, 6) });
    const column = [0, 1, 2].map((ago) => state.waterfall?.rows.valueAt(ago, 2));
    expect(column).toEqual([5, 6, 3]);
  });

  test("shows messages of the shown window, and those that have none", () => {
    const state = new DisplayState("01", { ...view, shown: 3 }, start);
    expect([spectrum(3), spectrum(0), thumbnails(0)].map((message) => state.isShown(message))).toEqual([
      true,
      false,
      false,
    ]);
    const v = new Float64Array(1);
    expect(state.isShown({ type: "coverage", window: 0, time: start, baselines: ["a_b"], u: v, v, w: v })).toBe(true);
  });

  test("begins a new waterfall for other channels", () => {
    const state = new DisplayState("01", view, start);
    state.accept(spectrum(0));
    state.accept(spectrum(0, start + 1000, { ...axis, lastHz: 500 }));
    expect(state.waterfall?.rows.valueAt(1, 0)).toBeNaN();
    expect(state.waterfall?.axis.lastHz).toBe(500);
  });

  test("takes coverage and its history, of which memory has a bound", () => {
    const state = new DisplayState("01", view, start);
    const names = { type: "coverage", window: 0, baselines: ["a_b"] } as const;
    for (let at = 0; at < 5000; at += 1) {
      const [u, v, w] = [Float64Array.of(at), Float64Array.of(-at), Float64Array.of(0)];
      state.accept({ ...names, time: start + at * 1000, u, v, w });
    }
    expect(state.tracks.points.length).toBeLessThanOrEqual(720);
    expect(state.tracks.newest?.u[0]).toBe(4999);
    expect(state.tracks.points[0]?.time).toBeLessThan(start + 20_000);
    const [u, v] = [Float64Array.of(70, 71), Float64Array.of(80, 81)];
    const times = Float64Array.of(start - 2000, start - 1000);
    state.accept({ type: "coverageHistory", baselines: ["a_b"], times, u, v });
    expect(state.tracks.points.slice(0, 2).map((point) => [point.u[0], point.v[0]])).toEqual([
      [70, 80],
      [71, 81],
    ]);
  });

  test("takes what was received and its history as rates", () => {
    const state = new DisplayState("01", view, start);
    const stats = { state: "receiving", scanId: 1, heaps: 1, incompleteHeaps: 0, durationSeconds: 1 };
    state.accept({ type: "receiver", window: 0, time: start, stats: { ...stats, totalMegabytes: 900 } });
    const times = Float64Array.of(start - 4000, start - 2000);
    state.accept({ type: "receiverHistory", times, totalMegabytes: Float64Array.of(0, 100) });
    expect(state.input.rates()).toEqual([50, 400]);
    expect(state.receiver?.stats.totalMegabytes).toBe(900);
  });

  test("counts bad records and has the last one's reason", () => {
    const state = new DisplayState("01", view, start);
    const bad = { type: "badRecord", topic: "metrics-phase-01", partition: 0, offset: "7" } as const;
    state.accept({ ...bad, reason: "first" });
    state.accept({ ...bad, reason: "second" });
    expect([state.badRecords, state.lastBadRecord?.reason]).toEqual([2, "second"]);
  });
});

describe("the badge", () => {
  const state = new DisplayState("01", view, start);

  test.each([
    ["connecting", 500, "Connecting", ""],
    ["connecting", 3000, "Connecting", "3 s"],
    ["connected", 12 * 60_000, "Connected", "for 12 min"],
    ["reconnecting", 3000, "Reconnecting", "3 s"],
    ["lost", 30_000, "Lost", "since 13:28:15"],
  ] as const)("of %s after %i ms", (name, passed, word, rest) => {
    state.accept({ type: "connection", state: name, since: start });
    expect(badgeText(state, start + passed)).toMatchObject({ word, rest });
  });

  test("says why the page is refused", () => {
    state.accept({ type: "connection", state: "refused", since: start, reason: "the token is wrong." });
    expect(badgeText(state, start).said).toBe("This page is not let in: the token is wrong");
  });

  test("says that the page is paused, but sooner that it is not connected", () => {
    state.accept({ type: "connection", state: "connected", since: start });
    state.pausedAt = start + 60_000;
    expect(badgeText(state, start + 90_000)).toMatchObject({ word: "Paused", rest: "since 13:29:15" });
    state.accept({ type: "connection", state: "reconnecting", since: start });
    expect(badgeText(state, start + 90_000).word).toBe("Reconnecting");
  });
});

describe("the cursor", () => {
  test("stands at the same frequency on other channels, and in the middle of an axis without it", () => {
    const cursor = new FrequencyCursor();
    const fine: FrequencyAxis = { firstHz: 100, lastHz: 300, count: 201 };
    expect(cursor.channelOn(fine)).toBe(100);
    cursor.moveTo(130, fine);
    expect(cursor.channelOn({ ...fine, count: 21 })).toBe(13);
    expect(cursor.channelOn({ firstHz: 1000, lastHz: 2000, count: 11 })).toBe(5);
    expect(cursor.channelOn({ firstHz: 5, lastHz: 5, count: 1 })).toBe(0);
  });

  test("stays on the axis and tells of moves only", () => {
    const cursor = new FrequencyCursor();
    let moves = 0;
    cursor.onMove(() => (moves += 1));
    cursor.moveTo(99, axis);
    cursor.moveTo(50, axis);
    expect([cursor.channelOn(axis), moves]).toEqual([2, 1]);
    cursor.moveTo(-7, axis);
    expect([cursor.channelOn(axis), moves]).toEqual([0, 2]);
  });
});

describe("a choice of windows", () => {
  test("opens a window and shows it", () => {
    expect(withShown(view, 1)).toEqual({ ...view, windows: [0, 1, 3], shown: 1 });
    expect(withShown(view, 3)).toEqual({ ...view, shown: 3 });
  });

  test("closes a window, and shows the averaged stream if it was the shown one", () => {
    expect(withoutWindow({ ...view, shown: 3 }, 3)).toEqual({ ...view, windows: [0], shown: 0 });
    expect(withoutWindow({ ...view, windows: [0, 1, 3], shown: 1 }, 3)).toEqual({ ...view, windows: [0, 1], shown: 1 });
  });

  test("never closes the averaged stream", () => {
    expect(withoutWindow(view, 0)).toBe(view);
  });
});
