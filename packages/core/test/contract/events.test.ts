import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { listener } from "../../src/contract/events.ts";
import type { DataQueueEvent, OnEvent } from "../../src/contract/events.ts";

const event: DataQueueEvent = { type: "topicMissing", topic: "a" };

const told = vi.fn();

beforeEach(() => {
  told.mockClear();
  vi.spyOn(console, "error").mockImplementation(told);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("a listener is handed each event as it is", () => {
  const onEvent = vi.fn();
  listener(onEvent)(event);
  expect(onEvent.mock.calls).toEqual([[event]]);
  expect(told).not.toHaveBeenCalled();
});

test("without a listener events go nowhere", () => {
  expect(listener(undefined)(event)).toBeUndefined();
  expect(told).not.toHaveBeenCalled();
});

test("what a listener throws is written to the console and breaks nothing", () => {
  const error = new Error("mine");
  const tell = listener(() => {
    throw error;
  });
  tell(event);
  tell(event);
  expect(told.mock.calls).toEqual([
    ["dataqueues: onEvent failed:", error],
    ["dataqueues: onEvent failed:", error],
  ]);
});

test("so is what an async listener rejects with", async () => {
  const error = new Error("mine");
  const failing: unknown = () => Promise.reject(error);
  listener(failing as OnEvent)(event);
  await vi.waitFor(() => expect(told.mock.calls).toEqual([["dataqueues: onEvent failed:", error]]));
});

test("an async listener is not waited for", () => {
  const endless: unknown = () => new Promise(() => undefined);
  expect(listener(endless as OnEvent)(event)).toBeUndefined();
});
