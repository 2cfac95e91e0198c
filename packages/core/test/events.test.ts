import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { listener } from "../src/events.ts";
import type { DataQueueEvent } from "../src/events.ts";

const event: DataQueueEvent = { type: "topicMissing", topic: "a" };

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test("a listener is handed each event as it is", () => {
  const onEvent = vi.fn();
  listener(onEvent)(event);
  expect(onEvent.mock.calls).toEqual([[event]]);
  expect(console.error).not.toHaveBeenCalled();
});

test("without a listener events go nowhere", () => {
  expect(listener(undefined)(event)).toBeUndefined();
  expect(console.error).not.toHaveBeenCalled();
});

test("what a listener throws is written to the console and breaks nothing", () => {
  const error = new Error("mine");
  const tell = listener(() => {
    throw error;
  });
  tell(event);
  tell(event);
  expect(vi.mocked(console.error).mock.calls).toEqual([
    ["dataqueues: onEvent failed:", error],
    ["dataqueues: onEvent failed:", error],
  ]);
});

test("so is what an async listener rejects with", async () => {
  const error = new Error("mine");
  listener(async () => {
    throw error;
  })(event);
  await vi.waitFor(() => expect(vi.mocked(console.error).mock.calls).toEqual([["dataqueues: onEvent failed:", error]]));
});

test("an async listener is not waited for", () => {
  expect(listener(() => new Promise<never>(() => undefined))(event)).toBeUndefined();
});
