import { expect, describe, test, vi } from "vitest";

import { Faults } from "../src/faults.ts";
import type { FaultTarget, RequestItem, RequestName } from "../src/faults.ts";

/** A request and the item of it that may fail. */
type Item = readonly [request: RequestName, topic?: string, partition?: number];

const items: readonly Item[] = [
  ["fetch", "a", 0],
  ["fetch", "a", 1],
  ["fetch", "b", 0],
  ["produce", "a", 0],
  ["metadata", "a"],
  ["initProducerId"],
];

describe("a fault that fails items", () => {
  test.each<readonly [FaultTarget, readonly boolean[]]>([
    [{}, [true, true, true, true, true, true]],
    [{ request: "fetch" }, [true, true, true, false, false, false]],
    [{ topic: "a" }, [true, true, false, true, true, false]],
    [{ topic: "b" }, [false, false, true, false, false, false]],
    [{ partition: 0 }, [true, false, true, true, false, false]],
    [{ topic: "a", partition: 1 }, [false, true, false, false, false, false]],
    [{ request: "produce", topic: "a", partition: 0 }, [false, false, false, true, false, false]],
    [{ request: "produce", topic: "b" }, [false, false, false, false, false, false]],
    [{ request: "initProducerId" }, [false, false, false, false, false, true]],
  ])("matches what %o names, and nothing else", (target, matched) => {
    const faults = new Faults(() => undefined);
    faults.fail("NOT_CONTROLLER", target);
    expect(items.map((item) => faults.errorFor(...item) !== undefined)).toEqual(matched);
  });

  test("gives an error with its code and the place of the item", () => {
    const faults = new Faults(() => undefined);
    faults.fail("KAFKA_STORAGE_ERROR");
    expect(faults.errorFor("fetch", "a", 1)).toMatchObject({
      name: "TransportError",
      code: "KAFKA_STORAGE_ERROR",
      retriable: true,
      topic: "a",
      partition: 1,
    });
    expect(faults.errorFor("initProducerId")).toMatchObject({
      topic: undefined,
      message: "the log: KAFKA_STORAGE_ERROR",
    });
  });
});

/** Each kind of fault: how it is added, and how a fetch asks for it. */
const kinds: Readonly<
  Record<
    string,
    readonly [add: (faults: Faults, target: FaultTarget) => () => void, matches: (faults: Faults) => boolean]
  >
> = {
  delay: [(faults, target) => faults.delay(5, target), (faults) => faults.delayOf("fetch") === 5],
  fail: [
    (faults, target) => faults.fail("INVALID_CONFIG", target),
    (faults) => faults.errorFor("fetch", "a", 0)?.code === "INVALID_CONFIG",
  ],
  hang: [(faults, target) => faults.hang(target), (faults) => faults.matches("hang", "fetch")],
  dropResponse: [(faults, target) => faults.dropResponse(target), (faults) => faults.matches("dropResponse", "fetch")],
  refuse: [(faults, target) => faults.refuse(target), (faults) => faults.matches("refuse")],
};

describe.each(Object.entries(kinds))("a fault: %s", (kind, [add, matches]) => {
  const times = (faults: Faults, count: number): boolean[] => Array.from({ length: count }, () => matches(faults));

  test("does not match before it is added", () => {
    expect(matches(new Faults(() => undefined))).toBe(false);
  });

  test("matches until it is ended", () => {
    const faults = new Faults(() => undefined);
    const end = add(faults, {});
    expect(times(faults, 5)).toEqual([true, true, true, true, true]);
    end();
    end();
    expect(matches(faults)).toBe(false);
  });

  test("matches as often as `times` says", () => {
    const faults = new Faults(() => undefined);
    add(faults, { times: 2 });
    expect(times(faults, 4)).toEqual([true, true, false, false]);
    const end = add(faults, { times: 2 });
    matches(faults);
    end();
    expect(matches(faults)).toBe(false);
  });

  test("is followed by the one that was added after it", () => {
    const faults = new Faults(() => undefined);
    add(faults, { times: 1 });
    const end = add(faults, { times: 1 });
    expect(times(faults, 3)).toEqual([true, true, false]);
    end();
  });

  test("matches no other kind", () => {
    const faults = new Faults(() => undefined);
    add(faults, {});
    const matched = Object.entries(kinds).map(([name, [, tells]]) => [name, tells(faults)]);
    expect(matched).toEqual(Object.keys(kinds).map((name) => [name, name === kind]));
  });

  test.each([0, -1, 0.5, Number.NaN, "2"])("%s times is refused", (often) => {
    const faults = new Faults(() => undefined);
    expect(() => Reflect.apply(add, undefined, [faults, { times: often }])).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(/^times must be a whole number from 1 to 2147483647 or Infinity/u),
      }),
    );
    expect(matches(faults)).toBe(false);
  });
});

test.each(["delay", "hang", "dropResponse"] as const)("%s matches only the request that it names", (kind) => {
  const faults = new Faults(() => undefined);
  if (kind === "delay") faults.delay(5, { request: "fetch" });
  else faults[kind]({ request: "fetch" });
  const matches = (request: RequestName): boolean =>
    kind === "delay" ? faults.delayOf(request) > 0 : faults.matches(kind, request);
  expect([matches("produce"), matches("fetch"), matches("metadata")]).toEqual([false, true, false]);
});

test.each([-1, 0.5, Infinity, 2 ** 31, "5"])("a delay of %s ms is refused", (ms) => {
  const faults = new Faults(() => undefined);
  expect(() => faults.delay(ms as number)).toThrow(/^ms must be a whole number from 0 to 2147483647/u);
  expect(faults.delayOf("fetch")).toBe(0);
});

test("there is no delay when none is asked for", () => {
  const faults = new Faults(() => undefined);
  faults.delay(0);
  expect([faults.delayOf("fetch"), new Faults(() => undefined).delayOf("fetch")]).toEqual([0, 0]);
});

test("disconnect closes the connections each time that it is called", () => {
  const closeAll = vi.fn();
  const faults = new Faults(closeAll);
  expect(closeAll).not.toHaveBeenCalled();
  faults.disconnect();
  faults.disconnect();
  expect(closeAll).toHaveBeenCalledTimes(2);
});

test.each(["delay", "hang", "dropResponse"] as const)(
  "%s matches only requests that name its topic and partition",
  (kind) => {
    const faults = new Faults(() => undefined);
    const target = { topic: "a", partition: 1 };
    if (kind === "delay") faults.delay(5, target);
    else faults[kind](target);
    const matches = (...targets: readonly RequestItem[]): boolean =>
      kind === "delay" ? faults.delayOf("fetch", targets) > 0 : faults.matches(kind, "fetch", targets);
    expect([
      matches(),
      matches({ topic: "a" }),
      matches({ topic: "a", partition: 0 }, { topic: "b", partition: 1 }),
      matches({ topic: "b", partition: 1 }, { topic: "a", partition: 1 }),
    ]).toEqual([false, false, false, true]);
  },
);
