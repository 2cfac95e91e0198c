import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { safeListener } from "../../src/contract/events.ts";
import type { DataQueueEvent, OnEvent } from "../../src/contract/events.ts";

const event: DataQueueEvent = { type: "topicMissing", topic: "a" };

const logged = vi.fn();

beforeEach(() => {
  logged.mockClear();
  vi.spyOn(console, "error").mockImplementation(logged);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("a listener gets each event as it is", () => {
  const onEvent = vi.fn();
  safeListener(onEvent)(event);
  expect(onEvent.mock.calls).toEqual([[event]]);
  expect(logged).not.toHaveBeenCalled();
});

test("events without a listener do nothing", () => {
  expect(safeListener(undefined)(event)).toBeUndefined();
  expect(logged).not.toHaveBeenCalled();
});

test("an error of a listener is written to the console and breaks nothing", () => {
  const error = new Error("mine");
  const onEvent = safeListener(() => {
    throw error;
  });
  onEvent(event);
  onEvent(event);
  expect(logged.mock.calls).toEqual([
    ["dataqueues: onEvent failed:", error],
    ["dataqueues: onEvent failed:", error],
  ]);
});

test("the rejection of an async listener is written to the console too", async () => {
  const error = new Error("mine");
  const failing: unknown = () => Promise.reject(error);
  safeListener(failing as OnEvent)(event);
  await vi.waitFor(() => expect(logged.mock.calls).toEqual([["dataqueues: onEvent failed:", error]]), {
    timeout: 10_000,
  });
});

test("an async listener is not waited for", () => {
  const endless: unknown = () => new Promise(() => undefined);
  expect(safeListener(endless as OnEvent)(event)).toBeUndefined();
});
