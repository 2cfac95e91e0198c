import { expect, test } from "vitest";

import { adminSettings, checkCreateTopicsOptions } from "../src/admin-settings.ts";

function refusal(message: string): unknown {
  return expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
}

test("an admin waits 30 s for a call and 15 s for a connection, unless it is told otherwise", () => {
  expect({ ...adminSettings({}) }).toEqual({ timeoutMs: 30_000, connectTimeoutMs: 15_000 });
  const own = { timeoutMs: 1, connectTimeoutMs: Infinity };
  expect({ ...adminSettings({ ...own, onEvent: () => undefined, signal: AbortSignal.abort() }) }).toEqual(own);
});

const ms = "must be a whole number from 1 to 2147483647 or Infinity";
test.each([
  [undefined, "options must be an object, not undefined"],
  [null, "options must be an object, not null"],
  [{ timeoutMs: 0 }, `timeoutMs ${ms}, not 0`],
  [{ timeoutMs: "30" }, `timeoutMs ${ms}, not "30"`],
  [{ connectTimeoutMs: 0 }, `connectTimeoutMs ${ms}, not 0`],
  [{ connectTimeoutMs: 2 ** 31 }, `connectTimeoutMs ${ms}, not 2147483648`],
  [{ signal: "abort" }, 'signal must be an AbortSignal, not "abort"'],
  [{ onEvent: "log" }, 'onEvent must be a function, not "log"'],
])("options of an admin that make no sense are refused by name: %o", (options, message) => {
  expect(() => Reflect.apply(adminSettings, undefined, [options])).toThrow(refusal(message));
});

test.each([
  {},
  { replicationFactor: undefined, configs: undefined },
  { replicationFactor: 1 },
  // Kafka's int16.
  { replicationFactor: 32_767 },
  { configs: {} },
  { configs: { "retention.ms": "3600000", "cleanup.policy": "" } },
])("settings of topics are taken when they make sense: %o", (options) => {
  expect(checkCreateTopicsOptions(options)).toBeUndefined();
});

const copies = "replicationFactor must be a whole number from 1 to 32767";
test.each([
  [undefined, "options must be an object, not undefined"],
  ["fast", 'options must be an object, not "fast"'],
  [{ replicationFactor: 0 }, `${copies}, not 0`],
  [{ replicationFactor: 32_768 }, `${copies}, not 32768`],
  [{ replicationFactor: Infinity }, `${copies}, not Infinity`],
  [{ replicationFactor: null }, `${copies}, not null`],
  [{ configs: null }, "configs must be an object, not null"],
  [{ configs: "retention.ms=1" }, 'configs must be an object, not "retention.ms=1"'],
  [{ configs: { "a.b": "1", "retention.ms": 5 } }, 'configs["retention.ms"] must be a text, not 5'],
  [{ configs: { "retention.ms": undefined } }, 'configs["retention.ms"] must be a text, not undefined'],
])("settings of topics that make no sense are refused by name: %o", (options, message) => {
  expect(() => Reflect.apply(checkCreateTopicsOptions, undefined, [options])).toThrow(refusal(message));
});
