import { expect, test } from "vitest";

import { readArguments } from "../src/arguments.ts";
import { packages } from "../src/packages.ts";

const defaults = { files: [], concurrency: 2, fresh: false, before: false, help: false };

test("without arguments all packages are selected, with two processes", () => {
  expect(readArguments([])).toEqual({ ...defaults, selected: Object.entries(packages) });
});

test("named packages and files are selected, each once", () => {
  const options = readArguments([
    "core",
    "admin",
    "core",
    "--files",
    "batch.ts,,wait.ts",
    "--concurrency",
    "1",
    "--fresh",
  ]);
  expect(options).toMatchObject({ files: ["batch.ts", "wait.ts"], concurrency: 1, fresh: true, before: false });
  expect(options).toHaveProperty("selected.length", 2);
});

test.each([
  [["nope"], "no such package: nope"],
  [["core", "constructor"], "no such package: constructor"],
  [["--concurrency", "0"], "--concurrency must be a positive integer, not 0"],
  [["--concurrency", "1.5"], "--concurrency must be a positive integer, not 1.5"],
  [["--concurrency", "two"], "--concurrency must be a positive integer, not two"],
  [["--wrong"], "Unknown option '--wrong'"],
])("invalid arguments return a message: %j", (args, message) => {
  expect(readArguments(args)).toContain(message);
});
