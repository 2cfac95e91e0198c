import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { dataqueues, logWith, recordsOf, temporaryFolder } from "./recorded-log.ts";

/** A recording of topics, with records 0 to `count - 1` of each. */
async function recorded(topics: readonly string[], count: number): Promise<string> {
  const file = join(temporaryFolder(), "night.mcap");
  const transport = await logWith(topics, count);
  expect(await dataqueues(["record", ...topics, "--until", "end", "-o", file], { transport })).toMatchObject({
    code: 0,
  });
  return file;
}

const records = ["0:0@0", "0:2@2000", "1:1@1000"];

test("a recording is replayed as it was, and the end line counts what the log has", async () => {
  const file = await recorded(["a", "b"], 3);
  const transport = memory();
  const { code, out, err } = await dataqueues(["replay", file, "--speed", "max"], { transport });
  expect({ code, out, err }).toEqual({ code: 0, out: "", err: "replayed 6 records (12 B) of 2 topics to memory\n" });
  expect(await recordsOf(transport, "a")).toEqual(records);
  expect(await recordsOf(transport, "b")).toEqual(records);
});

test("topics are chosen and get other names", async () => {
  const file = await recorded(["a", "b"], 3);
  const transport = memory();
  const words = ["replay", file, "--speed", "1000", "--topic", "b=again"];
  expect(await dataqueues(words, { transport })).toMatchObject({ code: 0, err: expect.stringContaining("1 topic ") });
  expect(await recordsOf(transport, "again")).toEqual(records);
  const { out } = await dataqueues(["replay", file, "--dry-run", "--topic", "b=again"], { transport });
  expect(out).toBe(
    [
      "topic  sent to  partitions  records  first                     last",
      "b      again             2        3  1970-01-01T00:00:00.000Z  1970-01-01T00:00:02.000Z",
      "",
    ].join("\n"),
  );
});

test("a topic in a file cannot move the cursor", async () => {
  const file = await recorded(["night"], 1);
  const text = readFileSync(file, "latin1").replaceAll("night", "\x1b[31m");
  // Without its end, the file has no checksum of its topics.
  writeFileSync(file, text.slice(0, -40), "latin1");
  const { code, out } = await dataqueues(["replay", file, "--dry-run"], { transport: memory() });
  expect(code).toBe(0);
  expect(out).toContain(String.raw`\x1b[31m`);
  expect(out).not.toContain("\x1b");
});

test("--now gives records the time at which they are sent", async () => {
  const file = await recorded(["a"], 3);
  const transport = memory();
  const before = Date.now();
  await dataqueues(["replay", file, "--speed", "max", "--now"], { transport });
  const times = (await recordsOf(transport, "a")).map((record) => Number(record.split("@")[1]));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
});

test("a file that was cut says so, and is replayed up to there", async () => {
  const file = await recorded(["a"], 3);
  const bytes = readFileSync(file);
  // A part of the summary and the end are gone.
  writeFileSync(file, bytes.subarray(0, bytes.length - 40));
  const transport = memory();
  const { code, err } = await dataqueues(["replay", file, "--speed", "max"], { transport });
  expect(code).toBe(0);
  expect(err).toMatch(/night\.mcap was cut: it has no end\. Its records up to there are replayed\nreplayed 3 records/);
  expect(await recordsOf(transport, "a")).toEqual(records);
});

test("what fails is told with what was replayed before", async () => {
  const file = await recorded(["a"], 3);
  const transport = memory();
  transport.faults.fail("INVALID_RECORD", { request: "produce", partition: 0 });
  const { code, err } = await dataqueues(["replay", file, "--speed", "max"], { transport });
  expect(code).toBe(1);
  expect(err).toMatch(/^replayed \d records? .*\ndataqueues: .*a\[0\].*offset 0/);
});

test.each([
  [["--speed", "0"], "--speed 0: write a factor above 0"],
  [["--speed", "fast"], "--speed fast: write a factor above 0"],
  [["--speed", "-1"], "--speed -1: write a factor above 0"],
  [["--topic", "nix"], "has no such topic, but a"],
  [["--topic", "=x"], "--topic =x: write a topic"],
])("replay with %j makes no sense", async (words, message) => {
  const file = await recorded(["a"], 1);
  expect(await dataqueues(["replay", file, ...words], { transport: memory() })).toMatchObject({
    code: 2,
    err: expect.stringContaining(message),
  });
});

test("what is no recording is told", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "text.mcap"), "no recording at all");
  for (const name of ["text.mcap", "nix.mcap"]) {
    const { code, err } = await dataqueues(["replay", join(folder, name)], { transport: memory() });
    expect(code).toBe(1);
    expect(err).toContain(name);
  }
});
