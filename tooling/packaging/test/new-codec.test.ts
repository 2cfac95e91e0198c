import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { root } from "../src/repository.ts";
import { run } from "../src/run.ts";

test("tsconfig.json names every package, as `tsc -b` builds only these", () => {
  const { references }: { references: { path: string }[] } = JSON.parse(
    readFileSync(join(root, "tsconfig.json"), "utf8"),
  );
  const packages = readdirSync(join(root, "packages")).map((each) => `packages/${each}`);
  expect(references.map(({ path }) => path).toSorted()).toEqual(packages.toSorted());
});

describe("in a copy of the repository", () => {
  let copy: string;
  const pnpm = (...args: string[]) => run("npx", ["-y", "pnpm@12", ...args], { cwd: copy, timeout: 300_000 });
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], { cwd: copy });

  beforeAll(async () => {
    copy = mkdtempSync(join(tmpdir(), "dataqueues-new-codec-"));
    const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
    const files = execFileSync("git", listed, { cwd: root, encoding: "utf8" }).split("\0");
    for (const file of files.filter((each) => statSync(join(root, each), { throwIfNoEntry: false })?.isFile())) {
      cpSync(join(root, file), join(copy, file));
    }
    await git("init", "--quiet");
    await git("add", "--all");
    await git("commit", "--quiet", "--message", "start");
    await pnpm("new-codec", "first-try");
  }, 300_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test("`pnpm new-codec NAME` touches four files outside of the new package", async () => {
    const { stdout } = await git("status", "--porcelain");
    expect(stdout.trimEnd().split("\n").toSorted()).toEqual([
      " M docs/packages.md",
      " M pnpm-lock.yaml",
      " M tsconfig.json",
      "?? .changeset/codec-first-try-first.md",
      "?? packages/codec-first-try/",
    ]);
  });

  test.each([
    ["is formatted", ["run", "format:check"]],
    ["has tests that compile", ["exec", "tsc", "-p", "tsconfig.tests.json"]],
    ["passes the linter", ["exec", "oxlint", "--type-aware", "--deny-warnings", "packages/codec-first-try"]],
    ["uses only packages that it may use", ["run", "boundaries"]],
    ["passes its tests", ["exec", "vitest", "run", "--project", "unit", "packages/codec-first-try"]],
    [
      "passes the tests of packed packages",
      ["exec", "vitest", "run", "--project", "packaging", "api", "packages-page", "browser"],
    ],
  ])(
    "the new package %s",
    async (_, command) => {
      await expect(pnpm(...command)).resolves.toBeDefined();
    },
    300_000,
  );

  test("a second package of this name is refused", async () => {
    await expect(pnpm("new-codec", "first-try")).rejects.toThrow("usage: pnpm new-codec NAME");
  });
});
