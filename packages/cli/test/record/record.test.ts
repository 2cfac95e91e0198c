import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { recording } from "@dataqueues/recording";
import { memory } from "@dataqueues/transport-memory";
import { expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { dataqueues, logWith, recordsOf, temporaryFolder } from "./recorded-log.ts";

test("topics are recorded to their end, and the end line counts", async () => {
  const file = join(temporaryFolder(), "night.mcap");
  const transport = await logWith(["a", "b"], 3);
  const { code, out, err } = await dataqueues(["record", "a", "b", "--until", "end", "-o", file], { transport });
  expect({ code, out }).toEqual({ code: 0, out: "" });
  expect(err).toMatch(/^recorded 6 records \(12 B\) of 2 topics into .*night\.mcap \([\d.]+ kB\)\n$/);
  expect(await recordsOf(recording(file), "a")).toEqual(["0:0@0", "0:2@2000", "1:1@1000"]);
});

test("--from and --until choose what is recorded", async () => {
  const transport = await logWith(["a"], 8);
  const recorded = async (...words: readonly string[]): Promise<string[]> => {
    const file = join(temporaryFolder(), "part.mcap");
    expect(await dataqueues(["record", "a", "-o", file, ...words], { transport })).toMatchObject({ code: 0 });
    return recordsOf(recording(file), "a");
  };
  expect(await recorded("--from", "-1", "--until", "end")).toEqual(["0:6@6000", "1:7@7000"]);
  expect(await recorded("--from", "1", "--until", "3")).toEqual(["0:2@2000", "0:4@4000", "1:3@3000", "1:5@5000"]);
  expect(await recorded("--until", "1970-01-01T00:00:02Z")).toEqual(["0:0@0", "1:1@1000"]);
});

test("a recording without --until ends well with Ctrl-C", async () => {
  const file = join(temporaryFolder(), "night.mcap");
  const transport = await logWith(["a"], 2);
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport, signal: stop.signal });
  const ended = run(["record", "/^a/", "-o", file], terminal);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(0), { timeout: 10_000 });
  await using producer = new DataQueueProducer(transport, { topic: "another" });
  await producer.send(new Uint8Array([1]));
  await vi.waitFor(async () => expect((await recording(file).info()).topics).toHaveLength(1), { timeout: 10_000 });
  stop.abort(new DOMException("interrupted", "AbortError"));
  expect(await ended).toBe(0);
  expect(terminal.err()).toMatch(/^recording into .*night\.mcap until Ctrl-C\nrecorded 2 records/);
  expect(await recording(file).info()).toMatchObject({ isComplete: true });
});

test("what a recording waits for is told on a line of its own, and not behind the progress", async () => {
  const transport = await logWith(["a"], 2);
  const stop = new AbortController();
  const terminal = fakeTerminal({ transport, signal: stop.signal, columns: 80 });
  const ended = run(["record", "a", "-o", join(temporaryFolder(), "night.mcap")], terminal);
  await vi.waitFor(() => expect(terminal.err()).toContain("\rrecorded 2 records"), { timeout: 10_000 });
  await using admin = new DataQueueAdmin(transport);
  await admin.deleteTopics("a");
  await vi.waitFor(() => expect(terminal.err()).toContain("there is no topic a yet"), { timeout: 10_000 });
  stop.abort(new DOMException("interrupted", "AbortError"));
  expect(await ended).toBe(0);
  expect(terminal.err()).toContain("\r\u001b[Kthere is no topic a yet: it is waited for\n");
});

test("Ctrl-C before the bound keeps what is there, and is told by the exit code", async () => {
  const file = join(temporaryFolder(), "night.mcap");
  const transport = await logWith(["a"], 2);
  const stop = new AbortController();
  const ended = dataqueues(["record", "a", "--until", "99", "-o", file], { transport, signal: stop.signal });
  await vi.waitFor(async () => expect(await recordsOf(recording(file), "a")).toHaveLength(2), { timeout: 10_000 });
  stop.abort(new DOMException("interrupted", "AbortError"));
  expect(await ended).toMatchObject({ code: 130, err: expect.stringContaining("recorded 2 records") });
  expect(await recording(file).info()).toMatchObject({ isComplete: true });
});

test("a file that exists is left alone, unless it may be replaced", async () => {
  const file = join(temporaryFolder(), "night.mcap");
  writeFileSync(file, "precious");
  const transport = await logWith(["a"], 1);
  const words = ["record", "a", "--until", "end", "-o", file];
  expect(await dataqueues(words, { transport })).toMatchObject({
    code: 2,
    err: expect.stringContaining("exists already: choose another name with -o, or add --overwrite"),
  });
  expect(readFileSync(file, "utf8")).toBe("precious");
  expect(await dataqueues([...words, "--overwrite"], { transport })).toMatchObject({ code: 0 });
  expect(await recordsOf(recording(file), "a")).toEqual(["0:0@0"]);
});

test("a recording goes to stdout for a pipe", async () => {
  const file = join(temporaryFolder(), "piped.mcap");
  const terminal = fakeTerminal({ transport: await logWith(["a"], 3) });
  expect(await run(["record", "a", "--until", "end", "-o", "-"], terminal)).toBe(0);
  writeFileSync(file, terminal.outBytes());
  expect(await recordsOf(recording(file), "a")).toEqual(["0:0@0", "0:2@2000", "1:1@1000"]);
});

test("a recording can be recorded again", async () => {
  const folder = temporaryFolder();
  const [first, second] = [join(folder, "first.mcap"), join(folder, "second.mcap")];
  await dataqueues(["record", "a", "--until", "end", "-o", first], { transport: await logWith(["a"], 3) });
  const words = ["record", "a", "--host", first, "--until", "end", "-o", second];
  expect(await dataqueues(words, {})).toMatchObject({ code: 0 });
  expect(await recordsOf(recording(second), "a")).toEqual(["0:0@0", "0:2@2000", "1:1@1000"]);
});

test("a topic that does not exist is an error with --until, and nothing is written", async () => {
  const folder = temporaryFolder();
  const { code, err } = await dataqueues(["record", "nix", "--until", "end", "-o", join(folder, "x.mcap")], {
    transport: memory(),
  });
  expect(code).toBe(1);
  expect(err).toContain("has no topic nix");
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [["record"], "name the topics to record"],
  [["record", "a", "--from", "soon"], "--from: neither"],
  [["record", "a", "--until", "latest"], "--until: neither"],
  [["record", "/(/", "--until", "end"], "is no regular expression"],
])("%j makes no sense", async (words, message) => {
  expect(await dataqueues(words, { transport: memory() })).toMatchObject({
    code: 2,
    err: expect.stringContaining(message),
  });
});
