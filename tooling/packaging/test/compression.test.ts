import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { emptyProject } from "../src/tarballs.ts";
import { nodeBinaries } from "../src/node-binaries.ts";
import { run } from "../src/run.ts";

/** Compresses and decompresses with each of Kafka's compressions, and prints which binaries were loaded when. */
const script = `
  import "dataqueues";
  import { compress, decompress } from "./node_modules/@dataqueues/transport-kafkajs/dist/compression.js";

  const libraries = () =>
    process.report.getReport().sharedObjects.flatMap((path) => /(snappy|lz4-napi)[^/]*\\.node$/.exec(path)?.[1] ?? []);
  const bytes = Buffer.from("compressed ".repeat(30_000));
  const loaded = { before: libraries() };
  const outcomes = {};
  // Twice, as a compression that cannot be loaded is asked for again with each batch.
  const compressions = Object.entries({ 1: "gzip", 2: "snappy", 3: "lz4", 4: "zstd" });
  for (const [number, compression] of [...compressions, ...compressions]) {
    try {
      const written = Buffer.from(await compress(compression, bytes));
      const read = await decompress(Number(number), written, 2 ** 20);
      outcomes[compression] = bytes.equals(read) && written.length < bytes.length / 10;
    } catch (error) {
      outcomes[compression] = error.name + ": " + error.message;
    }
  }
  console.log(JSON.stringify({ ...loaded, after: libraries().sort(), outcomes }));
`;

interface Result {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly outcomes: Readonly<Record<string, true | string>>;
}

describe("dataqueues in an empty project", () => {
  let project: string;

  beforeAll(async () => {
    project = await emptyProject(inject("tarballs"), ["dataqueues"]);
    writeFileSync(join(project, "round-trip.mjs"), script);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  async function roundTrip(node: string): Promise<Result> {
    // pnpm sets NODE_PATH, which leads to the repository's own packages.
    const env = { ...process.env, NODE_PATH: undefined };
    const { stdout, stderr } = await run(node, ["round-trip.mjs"], { cwd: project, env });
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Result;
  }

  test.each(nodeBinaries())(
    "writes and reads gzip, snappy, lz4 and zstd on Node $version, and loads their binaries only then",
    async ({ path }) => {
      expect(await roundTrip(path)).toEqual({
        before: [],
        after: ["lz4-napi", "snappy"],
        outcomes: { gzip: true, snappy: true, lz4: true, zstd: true },
      });
    },
  );

  test.each(nodeBinaries())("says on Node $version what to do if a binary is missing", async ({ path }) => {
    for (const binaries of ["@napi-rs", "@antoniomuso"]) {
      rmSync(join(project, "node_modules", binaries), { recursive: true, force: true });
    }
    const { outcomes } = await roundTrip(path);
    expect(outcomes).toMatchObject({ gzip: true, zstd: true });
    for (const compression of ["snappy", "lz4"]) {
      expect(outcomes[compression]).toMatch(`UnsupportedError: ${compression} cannot be loaded here`);
      expect(outcomes[compression]).toContain("optional dependencies");
    }
  });
});
