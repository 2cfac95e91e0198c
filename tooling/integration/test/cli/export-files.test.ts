import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataQueueAdmin } from "@dataqueues/admin";
import { DataQueueProducer } from "@dataqueues/core";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { runCommand } from "./run-command.ts";

/** A record as export_counterpart.py gives it. */
interface PythonRecord {
  readonly partition: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
}

const stacked = [
  "spectra",
  "counts",
  "flags",
  "visibilities",
  "half",
  "unsigned",
  "words",
  "times",
  "empty",
  "fortran",
];
const others = ["names", "pointing", "events", "mixed", "datasets"];

const bytesOf = (base64: string | null): Uint8Array | null => (base64 === null ? null : Buffer.from(base64, "base64"));

let python: PythonCounterpart;
let folder: string;
let transport: MemoryTransport;

beforeAll(async () => {
  python = await PythonCounterpart.start("export_counterpart.py");
  folder = await mkdtemp(join(tmpdir(), "exports-"));
  transport = memory();
  await using admin = new DataQueueAdmin(transport);
  for (const topic of [...stacked, ...others, "no-records", "gaps"]) {
    const { value } = await python.request({ records: topic });
    await admin.createTopics([[topic, 3]]);
    await using producer = new DataQueueProducer(transport, { topic });
    for (const { key, value: bytes, headers, partition, timestamp } of value as PythonRecord[]) {
      const fields = headers.map(([name, header]) => [name, bytesOf(header)] as const);
      await producer.send(bytesOf(bytes), { key: bytesOf(key), headers: fields, partition, timestamp });
    }
  }
  // Python's packages may have to be installed first.
}, 240_000);

afterAll(async () => {
  await python.close();
  await rm(folder, { recursive: true });
});

/** Exports topics, and what Python finds wrong with the file. */
async function exportAndCheck(
  format: string,
  topics: readonly string[],
): Promise<{ readonly code: number; readonly stderr: string; readonly problems: unknown }> {
  const path = join(folder, `${topics.join("-").slice(0, 40)}.${format}`);
  const args = ["export", ...topics, "--to", format, "-o", path];
  const { code, err: stderr } = await runCommand(args, { transport });
  if (code === 1 || code === 2) return { code, stderr, problems: "no file" };
  const { value: problems } = await python.request({ check: format, topics, path });
  return { code, stderr, problems };
}

describe("numpy.load reads an npz file", () => {
  test.each([...stacked, ...others, "no-records"])("of %s", async (topic) => {
    expect(await exportAndCheck("npz", [topic])).toMatchObject({ code: 0, problems: [] });
  });

  test("of several topics", async () => {
    expect(await exportAndCheck("npz", ["counts", "mixed", "no-records", "pointing"])).toMatchObject({
      code: 0,
      problems: [],
    });
  });

  test("without what is no array, which is told", async () => {
    const { code, stderr, problems } = await exportAndCheck("npz", ["gaps"]);
    expect({ code, problems }).toEqual({ code: 3, problems: [] });
    expect(stderr).toContain("1 tombstone has no value");
    expect(stderr).toContain("left out: gaps/0 offset 2: cannot be read as npy: the bytes end within the header");
    expect(stderr).toContain("2 of 4 records were left out");
  });
});

describe("pyarrow, polars and DuckDB read a parquet file", () => {
  test.each([...stacked, ...others, "no-records", "gaps"])("of %s", async (topic) => {
    expect(await exportAndCheck("parquet", [topic])).toMatchObject({ code: 0, problems: [] });
  });
});

test("nothing is left beside the files", async () => {
  expect((await readdir(folder)).filter((name) => name.startsWith("."))).toEqual([]);
});
