import { expect, describe, test, vi } from "vitest";

import { Faults } from "../src/faults.ts";
import type { FaultTarget, RequestName } from "../src/faults.ts";

/** What can be asked of the log, and of which item of it. */
type Item = readonly [request: RequestName, topic?: string, partition?: number];

const items: readonly Item[] = [
  ["fetch", "a", 0],
  ["fetch", "a", 1],
  ["fetch", "b", 0],
  ["produce", "a", 0],
  ["metadata", "a"],
  ["initProducerId"],
];

describe("an error that requests are answered with", () => {
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
  ])("strikes what %o names, and nothing else", (target, struck) => {
    const faults = new Faults(() => undefined);
    faults.fail("NOT_CONTROLLER", target);
    expect(items.map((item) => faults.errorFor(...item) !== undefined)).toEqual(struck);
  });

  test("has its name and the place that it strikes", () => {
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

/** Each kind of fault: how it is made, and how a fetch finds out about it. */
const kinds: Readonly<
  Record<
    string,
    readonly [add: (faults: Faults, target: FaultTarget) => () => void, strikes: (faults: Faults) => boolean]
  >
> = {
  delay: [(faults, target) => faults.delay(5, target), (faults) => faults.delayOf("fetch") === 5],
  fail: [(faults, target) => faults.fail("X", target), (faults) => faults.errorFor("fetch", "a", 0)?.code === "X"],
  silence: [(faults, target) => faults.hang(target), (faults) => faults.strikes("silence", "fetch")],
  loseAnswer: [(faults, target) => faults.dropResponse(target), (faults) => faults.strikes("loseAnswer", "fetch")],
  refuse: [(faults, target) => faults.refuse(target), (faults) => faults.strikes("refuse")],
};

describe.each(Object.entries(kinds))("a fault: %s", (kind, [add, strikes]) => {
  const times = (faults: Faults, count: number): boolean[] => Array.from({ length: count }, () => strikes(faults));

  test("does not strike before it is made", () => {
    expect(strikes(new Faults(() => undefined))).toBe(false);
  });

  test("strikes until it is ended", () => {
    const faults = new Faults(() => undefined);
    const end = add(faults, {});
    expect(times(faults, 5)).toEqual([true, true, true, true, true]);
    end();
    end();
    expect(strikes(faults)).toBe(false);
  });

  test("strikes as often as it is told to", () => {
    const faults = new Faults(() => undefined);
    add(faults, { times: 2 });
    expect(times(faults, 4)).toEqual([true, true, false, false]);
    const end = add(faults, { times: 2 });
    strikes(faults);
    end();
    expect(strikes(faults)).toBe(false);
  });

  test("is followed by the one that was made after it", () => {
    const faults = new Faults(() => undefined);
    add(faults, { times: 1 });
    const end = add(faults, { times: 1 });
    expect(times(faults, 3)).toEqual([true, true, false]);
    end();
  });

  test("is no fault of another kind", () => {
    const faults = new Faults(() => undefined);
    add(faults, {});
    const struck = Object.entries(kinds).map(([name, [, tells]]) => [name, tells(faults)]);
    expect(struck).toEqual(Object.keys(kinds).map((name) => [name, name === kind]));
  });

  test.each([0, -1, 0.5, Number.NaN, "2"])("%s times is refused", (often) => {
    const faults = new Faults(() => undefined);
    expect(() => Reflect.apply(add, undefined, [faults, { times: often }])).toThrow(
      expect.objectContaining({
        code: "INVALID_ARGUMENT",
        message: expect.stringMatching(/^times must be a whole number from 1 to 2147483647 or Infinity/u),
      }),
    );
    expect(strikes(faults)).toBe(false);
  });
});

test.each(["delay", "silence", "loseAnswer"] as const)("%s strikes only the request that it names", (kind) => {
  const faults = new Faults(() => undefined);
  if (kind === "delay") faults.delay(5, { request: "fetch" });
  else faults[kind]({ request: "fetch" });
  const strikes = (request: RequestName): boolean =>
    kind === "delay" ? faults.delayOf(request) > 0 : faults.strikes(kind, request);
  expect([strikes("produce"), strikes("fetch"), strikes("metadata")]).toEqual([false, true, false]);
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

test("a cut ends connections each time that it is asked for", () => {
  const cut = vi.fn();
  const faults = new Faults(cut);
  expect(cut).not.toHaveBeenCalled();
  faults.disconnect();
  faults.disconnect();
  expect(cut).toHaveBeenCalledTimes(2);
});
