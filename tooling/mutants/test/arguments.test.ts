import { expect, test } from "vitest";

import { readArguments } from "../src/arguments.ts";
import { packages } from "../src/packages.ts";

const usual = { files: [], concurrency: 2, fresh: false, before: false, help: false };

test("without arguments all packages are tried, by two processes", () => {
  expect(readArguments([])).toEqual({ ...usual, tried: Object.entries(packages) });
});

test("packages and files are those that are named, once", () => {
  const asked = readArguments([
    "core",
    "admin",
    "core",
    "--files",
    "batch.ts,,wait.ts",
    "--concurrency",
    "1",
    "--fresh",
  ]);
  expect(asked).toMatchObject({ files: ["batch.ts", "wait.ts"], concurrency: 1, fresh: true, before: false });
  expect(asked).toHaveProperty("tried.length", 2);
});

test.each([
  [["nope"], "there is no package nope"],
  [["core", "constructor"], "there is no package constructor"],
  [["--concurrency", "0"], "--concurrency takes a whole number from 1 on, not 0"],
  [["--concurrency", "1.5"], "--concurrency takes a whole number from 1 on, not 1.5"],
  [["--concurrency", "two"], "--concurrency takes a whole number from 1 on, not two"],
  [["--wrong"], "Unknown option '--wrong'"],
])("what makes no sense is said in words: %j", (args, words) => {
  expect(readArguments(args)).toContain(words);
});
