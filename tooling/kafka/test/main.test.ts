import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { expect, test } from "vitest";

const main = join(import.meta.dirname, "..", "src", "main.ts");

function run(args: readonly string[], path = process.env["PATH"]): { status: number | null; stderr: string } {
  return spawnSync(process.execPath, [main, ...args], { encoding: "utf8", timeout: 30_000, env: { PATH: path } });
}

test.for([
  [["--nodes", "2"], "2 nodes are not among the choices"],
  [["--version", "2.7.0"], "version 2.7.0 is not among the choices"],
  [["--port", "many"], "many is not a port"],
  [["--brokers", "3"], "Unknown option '--brokers'"],
] as const)("%s is refused, and the usage is shown", ([args, reason]) => {
  const { status, stderr } = run(args);
  expect(status).toBe(1);
  expect(stderr).toContain(reason);
  expect(stderr).toContain("pnpm kafka [--version");
});

test("a machine without Java and Maven gets the names of both, and the command with Docker", () => {
  const { status, stderr } = run([], "/nowhere");
  expect(status).toBe(1);
  expect(stderr).toContain("Java 17 or later and Maven");
  expect(stderr).toContain("docker run --rm -p 9092:9092 apache/kafka:4.4.0");
});
