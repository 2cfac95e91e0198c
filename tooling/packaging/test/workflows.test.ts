import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { root } from "../src/repository.ts";

const folder = join(root, ".github/workflows");

describe.each(readdirSync(folder))("the workflow %s", (file) => {
  const workflow = readFileSync(join(folder, file), "utf8");

  test("pins every action to a commit, with the release in a comment", () => {
    const actions = [...workflow.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("pins pnpm to the version that renovate.json names, as the lockfile does not have it", () => {
    const { constraints }: { constraints: { pnpm: string } } = JSON.parse(
      readFileSync(join(root, "renovate.json"), "utf8"),
    );
    const versions = [...workflow.matchAll(/pnpm@(\S+)/g)].map(([, version]) => version);
    expect(versions.filter((version) => version !== constraints.pnpm)).toEqual([]);
  });

  test("grants permissions to jobs only, and leaves no token behind", () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    const checkouts = workflow.match(/actions\/checkout@/g) ?? [];
    expect(workflow.match(/persist-credentials: false/g)).toHaveLength(checkouts.length);
    expect(workflow).not.toContain("secrets.");
  });
});

test("known vulnerabilities and signatures are checked on every pull request and every week", () => {
  const workflow = readFileSync(join(folder, "audit.yml"), "utf8");
  expect(workflow).toMatch(/^ {2}pull_request:$/m);
  expect(workflow).toMatch(/^ {4}- cron: "/m);
  for (const command of ["pnpm@\\S+ audit", "pnpm@\\S+ audit signatures", "npm audit signatures"]) {
    expect(workflow).toMatch(new RegExp(`run: (npx -y )?${command}$`, "m"));
  }
});

test("Renovate waits as long as pnpm before it takes a new release", () => {
  const [, minutes = ""] =
    /^minimumReleaseAge: (\d+)$/m.exec(readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")) ?? [];
  const { minimumReleaseAge }: { minimumReleaseAge: string } = JSON.parse(
    readFileSync(join(root, "renovate.json"), "utf8"),
  );
  expect(minimumReleaseAge).toBe(`${Number(minutes) / 1440} days`);
});
