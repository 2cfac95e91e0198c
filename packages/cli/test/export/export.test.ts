import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DataQueueProducer } from "@dataqueues/core";
import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { dataqueues, logWith, temporaryFolder } from "../record/recorded-log.ts";
import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { telling } from "../telling.ts";
import { unzipped } from "../zip-files.ts";

const lineOf = (partition: number, offset: number, value: string): string =>
  `{"topic":"a","partition":${partition},"offset":${offset},"timestamp":${1_000 * Number(value)},"key":"k","headers":[],"encoding":"utf-8","value":"${value}"}\n`;

test("records become lines of JSON, partition by partition", async () => {
  const transport = await logWith(["a"], 4);
  const { code, out, err } = await dataqueues(["export", "a", "--to", "jsonl", "-o", "-"], { transport });
  expect({ code, out }).toEqual({
    code: 0,
    out: lineOf(0, 0, "0") + lineOf(0, 1, "2") + lineOf(1, 0, "1") + lineOf(1, 1, "3"),
  });
  expect(err).toBe("exported 4 records (4 B)\n");
});

test.each([
  [["--from", "1"], lineOf(0, 1, "2") + lineOf(1, 1, "3")],
  [["--until", "1"], lineOf(0, 0, "0") + lineOf(1, 0, "1")],
  [["--until", "99"], lineOf(0, 0, "0") + lineOf(0, 1, "2") + lineOf(1, 0, "1") + lineOf(1, 1, "3")],
  [["--until", "2999-01-01", "-p", "1"], lineOf(1, 0, "1") + lineOf(1, 1, "3")],
  [["--from", "-1", "-p", "0"], lineOf(0, 1, "2")],
  [["--from", "99"], ""],
  [["--from", "1970-01-01T00:00:02Z", "--until", "1970-01-01T00:00:03Z"], lineOf(0, 1, "2")],
])("%j chooses records, and the export ends", async (words, lines) => {
  const transport = await logWith(["a"], 4);
  const { code, out } = await dataqueues(["export", "a", "--to", "jsonl", "-o", "-", ...words], { transport });
  expect({ code, out }).toEqual({ code: 0, out: lines });
});

test("a recording is exported, all of it or a topic, into a file of its name", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "night.mcap");
  await dataqueues(["record", "a", "b", "--until", "end", "-o", file], { transport: await logWith(["a", "b"], 2) });
  const all = join(folder, "all.jsonl");
  expect(await dataqueues(["export", file, "--to", "jsonl", "-o", all], {})).toMatchObject({ code: 0 });
  expect(readFileSync(all, "utf8").trim().split("\n")).toHaveLength(4);
  const { out } = await dataqueues(["export", file, "a", "--to", "jsonl", "-o", "-"], {});
  expect(out).toBe(lineOf(0, 0, "0") + lineOf(1, 0, "1"));
});

test("a pattern leaves out Kafka's own topics, and a name does not", async () => {
  const log = await logWith(["a", "__consumer_offsets"], 1);
  // The log in memory has no topics of its own.
  const transport = telling(log, (one) => {
    return one.error === undefined ? { ...one, isInternal: one.topic.startsWith("__") } : one;
  });
  const topicsOf = async (word: string): Promise<unknown[]> => {
    const { out } = await dataqueues(["export", word, "--to", "jsonl", "-o", "-"], { transport });
    return out
      .trim()
      .split("\n")
      .map((line): { topic: string } => JSON.parse(line))
      .map(({ topic }) => topic);
  };
  expect(await topicsOf("*")).toEqual(["a"]);
  expect(await topicsOf("__consumer_offsets")).toEqual(["__consumer_offsets"]);
});

test("--codec says what values are, and --schema what they must look like", async () => {
  const transport = await logWith(["a"], 1);
  const exported = async (...words: readonly string[]): Promise<unknown> => {
    const { out } = await dataqueues(["export", "a", "--to", "jsonl", "-o", "-", ...words], { transport });
    return JSON.parse(out);
  };
  expect(await exported("--codec", "json")).toMatchObject({ encoding: "json", value: 0 });
  expect(await exported("--codec", "npy")).toMatchObject({
    encoding: "npy",
    error: expect.stringContaining("npy"),
    value: { base64: "MA==" },
  });
  expect(await exported("--codec", "json", "--schema", "MetricPayload")).toMatchObject({
    error: expect.stringContaining("is not what the schema asks for"),
    value: { base64: "MA==" },
  });
});

test("JSON's null is a value, and a record without one has none", async () => {
  const transport = memory();
  await using producer = new DataQueueProducer(transport, { topic: "a" });
  await producer.send(new TextEncoder().encode("null"), { key: "k" });
  await producer.send(null, { key: "k" });
  const { out } = await dataqueues(["export", "a", "--to", "jsonl", "-o", "-", "--codec", "json"], { transport });
  const lines = out.trim().split("\n");
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { encoding: "json", value: null },
    { encoding: null, value: null },
  ]);
});

test("a record's header says what its value is, but never which module to load", async () => {
  const transport = memory();
  await using producer = new DataQueueProducer(transport, { topic: "a" });
  await producer.send(new TextEncoder().encode("7"), { headers: { encoding: "json" } });
  await producer.send(new TextEncoder().encode("8"), { headers: { encoding: "./evil.js" } });
  const { out } = await dataqueues(["export", "a", "--to", "jsonl", "-o", "-"], { transport });
  const found = out
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(found).toMatchObject([
    { encoding: "json", value: 7 },
    { encoding: "utf-8", value: "8" },
  ]);
});

test("a file that exists is left alone, unless it may be replaced", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.jsonl");
  writeFileSync(file, "precious");
  const transport = await logWith(["a"], 1);
  const words = ["export", "a", "--to", "jsonl", "-o", file];
  expect(await dataqueues(words, { transport })).toMatchObject({
    code: 2,
    err: expect.stringContaining("exists already: choose another name, or add --overwrite"),
  });
  expect(readFileSync(file, "utf8")).toBe("precious");
  expect(await dataqueues([...words, "--overwrite"], { transport })).toMatchObject({ code: 0 });
  expect(readFileSync(file, "utf8")).toBe(lineOf(0, 0, "0"));
  expect(readdirSync(folder)).toEqual(["a.jsonl"]);
});

test("without any array there is no npz file", async () => {
  const folder = temporaryFolder();
  const transport = await logWith(["a"], 12);
  const words = ["export", "a", "--to", "npz", "--codec", "utf-8", "-o", join(folder, "a.npz")];
  const { code, err } = await dataqueues(words, { transport });
  expect(code).toBe(1);
  expect(err.match(/left out: a\/\d offset/g)).toHaveLength(10);
  expect(err).toContain(
    "left out: 2 more\ndataqueues: none of 12 records could be exported to npz: no file was written\n",
  );
  expect(readdirSync(folder)).toEqual([]);
});

test("an npz file goes to stdout, and the same records give the same bytes", async () => {
  const transport = await logWith(["a"], 3);
  const exported = async (): Promise<Uint8Array> => {
    const terminal = fakeTerminal({ transport });
    expect(await run(["export", "a", "--to", "npz", "--codec", "json", "-o", "-"], terminal)).toBe(0);
    return terminal.outBytes();
  };
  const bytes = await exported();
  expect(Object.keys(await unzipped(bytes))).toEqual([
    "values.npy",
    "offset.npy",
    "partition.npy",
    "timestamp.npy",
    "key.npy",
    "key_length.npy",
  ]);
  expect(Buffer.compare(bytes, await exported())).toBe(0);
});

test("an export that is interrupted leaves nothing behind", async () => {
  const folder = temporaryFolder();
  const stop = new AbortController();
  const transport = await logWith(["a"], 2);
  stop.abort(new DOMException("interrupted", "AbortError"));
  const words = ["export", "a", "--to", "npz", "-o", join(folder, "a.npz")];
  expect(await dataqueues(words, { transport, signal: stop.signal })).toMatchObject({ code: 130 });
  expect(readdirSync(folder)).toEqual([]);
});

test("an error has a line of its own, where a line of progress stood", async () => {
  const transport = memory();
  for (const topic of ["a", "b"]) {
    await using producer = new DataQueueProducer(transport, { topic });
    await producer.send(new TextEncoder().encode("7"));
  }
  transport.faults.fail("TOPIC_AUTHORIZATION_FAILED", { request: "fetch", topic: "b" });
  const words = ["export", "a", "b", "--to", "jsonl", "-o", join(temporaryFolder(), "all.jsonl")];
  const { code, err } = await dataqueues(words, { transport, columns: 80 });
  expect(code).toBe(1);
  const [progress, ...lines] = err.split("\r\x1b[K");
  expect(progress).toContain("exported 1 records");
  expect(lines).toEqual([expect.stringMatching(/^dataqueues: .*TOPIC_AUTHORIZATION_FAILED.*\n$/)]);
});

test.each([
  [["export", "a"], "--to"],
  [["export", "a", "--to", "csv"], "csv"],
  [["export", "--to", "npz"], "source"],
  [["export", "a", "--to", "npz", "-p", "2"], "topic a has no partition 2, but 2, from 0 on"],
  [["export", "a", "b", "--to", "npz"], "2 topics go into one file: name it with -o"],
  [["export", "a", "night.mcap", "--to", "npz"], "write the recording first"],
  [["export", "a", "--to", "npz", "-o", "/nix/a.npz"], "/nix/a.npz cannot be written"],
  [["export", "a", "--to", "npz", "-o", "/"], "is a folder"],
])("%j makes no sense", async (words, message) => {
  const transport = await logWith(["a", "b"], 1);
  expect(await dataqueues(words, { transport })).toMatchObject({ code: 2, err: expect.stringContaining(message) });
});

test.each(["nix", "nix*"])("%s is no topic, which is an error that says so", async (topic) => {
  const transport = await logWith(["a", "b"], 1);
  const { code, err } = await dataqueues(["export", topic, "--to", "npz"], { transport });
  expect(code).toBe(1);
  expect(err).toContain(`has no topic ${topic}; `);
});
