import { DataQueueAdmin } from "@dataqueues/admin";
import { utf8 } from "@dataqueues/codec-text";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { logWith, send, tail, timestamp } from "./tail-log.ts";
import type { Sent } from "./tail-log.ts";

describe("which messages", () => {
  const numbered = (count: number): Sent[] =>
    Array.from({ length: count }, (_, index) => [`m${index}`, utf8(), { timestamp: timestamp + 1_000 * index }]);
  const shown = (text: string): string[] => Array.from(text.matchAll(/ {2}(\w+)\n/g), ([, word = ""]) => word);

  test.for([
    [["--until", "end"], "0 1 2 3 4 5 6 7 8 9 10 11"],
    [["--until", "5"], "0 1 2 3 4"],
    [["--until", "2026-11-27T02:03:07Z"], "0 1 2"],
    [["--until", "end", "--from", "-3"], "9 10 11"],
    [["--until", "end", "--from", "9"], "9 10 11"],
    [["--until", "end", "--from", "latest"], ""],
    [["--until", "end", "--from", "2026-11-27T02:03:14.567Z"], "10 11"],
    [["--until", "6", "--from", "4"], "4 5"],
    [["--until", "end", "--limit", "2"], "0 1"],
    [["--until", "end", "-n", "0"], ""],
    [["-n", "3"], "9 10 11"],
    [["--from", "earliest", "-n", "3"], "0 1 2"],
  ] as const)("%j", async ([words, expected]) => {
    const { out, code } = await tail(await logWith("t", numbered(12)), ["t", ...words]);
    expect(shown(out).join(" ").replaceAll("m", "")).toBe(expected);
    expect(code).toBe(0);
  });

  test("exact partitions", async () => {
    const log = await logWith("t", [0, 1, 2, 3].map((partition): Sent => [`p${partition}`, utf8(), { partition }]), 4); // prettier-ignore
    expect(shown((await tail(log, ["t", "--until", "end", "-p", "0,3"])).out).toSorted()).toEqual(["p0", "p3"]);
    const { err, code } = await tail(log, ["t", "--until", "end", "-p", "7"]);
    expect(err).toContain("topic t has no partition 7, but 4, from 0 on");
    expect(code).toBe(2);
  });

  test("several topics, and those that a pattern matches", async () => {
    const log = await logWith("amp-1", [["a1", utf8()]]);
    await send(log, "amp-1", []);
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["amp-2", "other"]);
    await send(log, "amp-2", [["a2", utf8()]]);
    await send(log, "other", [["o", utf8()]]);
    for (const words of [["amp-1", "amp-2"], ["/^amp/"], ["amp*"]]) {
      expect(shown((await tail(log, [...words, "--until", "end"])).out).toSorted()).toEqual(["a1", "a2"]);
    }
  });

  test("a topic that does not exist is an error at once when it is to end", async () => {
    const { err, out, code } = await tail(await logWith("amplitude", []), ["amplitud", "--until", "end"]);
    expect(err).toContain("dataqueues: memory has no topic amplitud; did you mean amplitude?\n");
    expect(out).toBe("");
    expect(code).not.toBe(0);
  });

  test("an empty topic ends at once, and says that it is empty", async () => {
    const { err, out, code } = await tail(await logWith("t", []), ["t", "--until", "end"]);
    expect([err, out, code]).toEqual(["no messages in t\n", "", 0]);
  });

  test("what arrives is shown until Ctrl-C, which is no failure", async () => {
    const stop = new AbortController();
    const log = await logWith("t", numbered(12));
    const terminal = fakeTerminal({ transport: log, signal: stop.signal });
    const running = run(["tail", "t"], terminal);
    await vi.waitFor(() => expect(shown(terminal.out()).at(-1)).toBe("m11"), { timeout: 10_000 });
    expect(shown(terminal.out())).toHaveLength(10);
    await send(log, "t", [["later", utf8()]]);
    await vi.waitFor(() => expect(shown(terminal.out()).at(-1)).toBe("later"), { timeout: 10_000 });
    stop.abort();
    expect(await running).toBe(0);
  });

  test("a topic that does not exist yet is waited for, and that is said", async () => {
    const stop = new AbortController();
    const log = memory();
    const terminal = fakeTerminal({ transport: log, signal: stop.signal });
    const running = run(["tail", "soon"], terminal);
    await vi.waitFor(() => expect(terminal.err()).toBe("waiting for topic soon, which does not exist yet\n"), { timeout: 10_000 }); // prettier-ignore
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics(["soon"]);
    await send(log, "soon", [["first", utf8()]]);
    await vi.waitFor(() => expect(shown(terminal.out())).toEqual(["first"]), { timeout: 20_000 });
    stop.abort();
    expect(await running).toBe(0);
  });

  test("Ctrl-C before the end is an interruption", async () => {
    const stop = new AbortController();
    stop.abort();
    const { code } = await tail(await logWith("t", numbered(3)), ["t", "--until", "end"], { signal: stop.signal });
    expect(code).toBe(130);
  });

  test("Ctrl-C while it waits for a time that is ahead is an interruption too", async () => {
    const stop = new AbortController();
    const terminal = fakeTerminal({ transport: await logWith("t", numbered(3)), signal: stop.signal });
    const running = run(["tail", "t", "--until", "+1h"], terminal);
    await vi.waitFor(() => expect(shown(terminal.out())).toEqual(["m0", "m1", "m2"]), { timeout: 10_000 });
    stop.abort();
    expect(await running).toBe(130);
  });

  test("with --latest only the newest is shown of what arrived before", async () => {
    const keyed = ["a", "b", "a"].map((key, index): Sent => [`m${index}`, utf8(), { key }]);
    const log = await logWith("t", keyed);
    const { out } = await tail(log, ["t", "--until", "end", "--latest"]);
    expect(out).toBe("2026-11-27T02:03:04.567Z t[0]@2 a (2 skipped)  m2\n");
    expect(shown((await tail(log, ["t", "--until", "end", "--latest", "key"])).out).toSorted()).toEqual(["m1", "m2"]);
  });
});

describe("--raw", () => {
  test("writes the bytes of the values and nothing else", async () => {
    const log = await logWith("t", [[new Uint8Array([0, 255])], [null, undefined, { key: "k" }], [new Uint8Array([1])]]); // prettier-ignore
    const { outBytes, err } = await tail(log, ["t", "--until", "end", "--raw"]);
    expect([...outBytes]).toEqual([0, 255, 1]);
    expect(err).toBe("");
  });

  test.for([
    ["\\n", [10]],
    ["\\0", [0]],
    ["\\x1e", [0x1e]],
    ["--\\t\\\\", [45, 45, 9, 92]],
  ] as const)("%j stands after each value", async ([delimiter, bytes]) => {
    const log = await logWith("t", [["a", utf8()], ["b", utf8()]]); // prettier-ignore
    const { outBytes } = await tail(log, ["t", "--until", "end", "--raw", "--delimiter", delimiter]);
    expect([...outBytes]).toEqual([97, ...bytes, 98, ...bytes]);
  });
});

describe("words that make no sense are refused before anything is read", () => {
  test.for([
    [[], "tail needs a topic"],
    [["t", "--json", "--raw"], "--json and --raw are two forms: choose one"],
    [["t", "--raw", "--codec", "npy"], "--raw writes bytes as they are"],
    [["t", "--delimiter", ","], "--delimiter is for --raw"],
    [["t", "--limit", "-1"], "--limit -1: write a whole number from 0 on"],
    [["t", "--limit", "ten"], "--limit ten"],
    [["t", "--from", "yesterday"], "--from: neither earliest"],
    [["t", "--until", "-5"], "--until: neither end"],
    [["t", "--partitions", "a"], "is no list of partitions"],
    [["t", "--latest", "topic"], "partition, key"],
    [["t", "--codec", "nyp"], "no codec is called nyp"],
    [["t", "--schema", "Nothing"], "no schema is called Nothing"],
    [["/(/"], "is no regular expression"],
  ] as const)("%j: %s", async ([words, message]) => {
    const { err, out, code } = await tail(await logWith("t", []), words);
    expect(err).toContain(message);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect([out, code]).toEqual(["", 2]);
  });
});
