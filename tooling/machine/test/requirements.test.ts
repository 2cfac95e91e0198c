import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

import { requirements } from "../src/requirements.ts";

const path = process.env["PATH"];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "dataqueues-path-"));
  process.env["PATH"] = folder;
});
afterEach(() => {
  process.env["PATH"] = path;
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a program on the PATH, which holds nothing else. */
function program(name: string, lines: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`);
  chmodSync(join(folder, name), 0o755);
}

test.each([
  ['java version "1.8.0_402"', false],
  ['openjdk version "11.0.25" 2024-10-15', false],
  ['openjdk version "17.0.15" 2025-04-15', true],
  ['openjdk version "21.0.8" 2025-07-15', true],
  ['openjdk version "25" 2025-09-16', true],
  ["/usr/libexec/java_home: no Java runtime present", false],
])("Java that says %s is accepted: %s", (says, does) => {
  program("java", `echo '${says}' >&2`);
  expect(requirements.java.isThere()).toBe(does);
});

test.each(["maven", "python", "chromium"] as const)("a %s that fails counts as missing", (name) => {
  for (const each of ["mvn", "python3", "chromium", "chromium-browser", "google-chrome"]) program(each, "exit 1");
  expect(requirements[name].isThere()).toBe(false);
});

test("Google Chrome counts as Chromium", () => {
  program("google-chrome", "echo Google Chrome 150");
  expect(requirements.chromium.isThere()).toBe(true);
});

test.each(Object.entries(requirements))("%s is missing if the PATH leads nowhere", (_, { isThere }) => {
  process.env["PATH"] = "/nowhere";
  expect(isThere()).toBe(false);
});
