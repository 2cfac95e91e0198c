import { rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";

import { nodeBinaries } from "../src/node-binaries.ts";
import { manifestOf, root } from "../src/repository.ts";
import { run } from "../src/run.ts";
import type { Output } from "../src/run.ts";
import { emptyProject } from "../src/tarballs.ts";

describe("the command dataqueues, installed from its tarball", () => {
  let project: string;

  beforeAll(async () => {
    project = await emptyProject(inject("tarballs"), ["@dataqueues/cli"]);
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  describe.each(nodeBinaries())("on Node $version", ({ path }) => {
    /** Runs what npm has put into `.bin`, with this Node and no settings of this machine. */
    const dataqueues = (...args: string[]): Promise<Output> => {
      const PATH = [dirname(path), process.env["PATH"]].join(delimiter);
      const env = { PATH, XDG_CONFIG_HOME: project };
      return run(join(project, "node_modules/.bin/dataqueues"), args, { cwd: project, timeout: 30_000, env });
    };

    test("tells its version", async () => {
      const { version } = manifestOf(join(root, "packages/cli"));
      expect(await dataqueues("--version")).toEqual({ stdout: `${version}\n`, stderr: "" });
    });

    test("shows messages of all encodings, without Kafka", async () => {
      const { stdout } = await dataqueues("tail", "--host", "memory:", "--until", "end", "--json", "/./");
      const lines = stdout.trim().split("\n");
      const encodings = new Set(lines.map((line) => JSON.parse(line).encoding));
      expect(encodings).toEqual(new Set(["utf-8", "json", "npy", "msgpack_numpy", "xarray"]));
      expect(lines).toHaveLength(28);
    });

    test("takes a codec of one's own, and no warning of Node's comes into what a person reads", async () => {
      // As a client with many topics, it listens to one signal more often than Node 20 expects.
      const listen = 'for (let i = 0; i < 20; i++) signal.addEventListener("abort", () => undefined);';
      const codec = 'export const codec = { name: "mine", encode: (value) => value, decode: (bytes) => bytes.length };';
      writeFileSync(join(project, "mine.mjs"), `const { signal } = new AbortController(); ${listen} ${codec}\n`);
      const words = ["tail", "observing-log", "--until", "end", "--codec", "./mine.mjs", "--json"];
      const { stdout, stderr } = await dataqueues(...words, "--host", "memory:");
      expect(stdout.split("\n").map((line) => (line === "" ? undefined : JSON.parse(line).value))).toEqual([
        "scan 1 begins".length,
        "wind 3.5 m/s from the west".length,
        Buffer.byteLength("SKA063 is stowed: azimuth 180°"),
        "scan 1 ends".length,
        undefined,
      ]);
      expect(stderr).toBe("");
    });

    test("prints the script for a shell, and what words it may be followed by", async () => {
      expect((await dataqueues("completion", "bash")).stdout).toContain("complete -o default");
      const { stdout } = await dataqueues("__complete", "--", "tail", "--host", "memory:", "metrics-");
      expect(stdout).toBe("metrics-amplitude\ttopic\nmetrics-spectrum\ttopic\n");
    });
  });

  test("is what npx runs", async () => {
    const { stdout } = await run("npx", ["--no-install", "dataqueues", "topics", "--host", "memory:"], {
      cwd: project,
      timeout: 60_000,
    });
    expect(stdout).toContain("amplitude-waterfall");
  });
});
