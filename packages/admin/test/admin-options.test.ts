import { expect, test } from "vitest";

import { adminSettings } from "../src/admin-options.ts";

function refusal(message: string): unknown {
  return expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
}

test("an admin waits 30 s for a call and 15 s for a connection by default", () => {
  const reconnect = { reconnectBackoffMs: 50, reconnectBackoffMaxMs: 1_000 };
  expect({ ...adminSettings({}) }).toEqual({ timeoutMs: 30_000, connectTimeoutMs: 15_000, ...reconnect });
  const own = { timeoutMs: 1, connectTimeoutMs: Infinity, reconnectBackoffMs: 0, reconnectBackoffMaxMs: 7 };
  expect({ ...adminSettings({ ...own, onEvent: () => undefined, signal: AbortSignal.abort() }) }).toEqual(own);
});

const pause = "must be a whole number from 0 to 2147483647";
const ms = "must be a whole number from 1 to 2147483647 or Infinity";
test.each([
  [undefined, "options must be an object, not undefined"],
  [null, "options must be an object, not null"],
  [{ timeoutMs: 0 }, `timeoutMs ${ms}, not 0`],
  [{ timeoutMs: "30" }, `timeoutMs ${ms}, not "30"`],
  [{ connectTimeoutMs: 0 }, `connectTimeoutMs ${ms}, not 0`],
  [{ connectTimeoutMs: 2 ** 31 }, `connectTimeoutMs ${ms}, not 2147483648`],
  [{ reconnectBackoffMs: -1 }, `reconnectBackoffMs ${pause}, not -1`],
  [{ reconnectBackoffMaxMs: Infinity }, `reconnectBackoffMaxMs ${pause}, not Infinity`],
  [{ signal: "abort" }, 'signal must be an AbortSignal, not "abort"'],
  [{ onEvent: "log" }, 'onEvent must be a function, not "log"'],
])("options of an admin that make no sense are refused by name: %o", (options, message) => {
  expect(() => Reflect.apply(adminSettings, undefined, [options])).toThrow(refusal(message));
});
