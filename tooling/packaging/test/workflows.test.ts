import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { root } from "../src/root.ts";

const folder = join(root, ".github/workflows");

describe.each(readdirSync(folder))("the workflow %s", (file) => {
  const workflow = readFileSync(join(folder, file), "utf8");

  test("names every action by its commit, with the release beside it", () => {
    const actions = [...workflow.matchAll(/uses: (.+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(0);
    for (const action of actions) expect(action).toMatch(/^[\w-]+(\/[\w-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("has no right that a job does not ask for, and leaves no token behind", () => {
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    const checkouts = workflow.match(/actions\/checkout@/g) ?? [];
    expect(workflow.match(/persist-credentials: false/g)).toHaveLength(checkouts.length);
    expect(workflow).not.toContain("secrets.");
  });
});
