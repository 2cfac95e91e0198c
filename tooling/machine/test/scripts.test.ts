import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const {
  scripts,
  optionalDependencies,
}: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const check = "node tooling/machine/src/check-node.mjs";

test("the machine is looked at before anything is installed", () => {
  expect(scripts?.["pnpm:devPreinstall"]).toBe(`${check} --before-install`);
});

// When the install failed, pnpm warns and runs the script all the same.
test.each(Object.entries(scripts ?? {}).filter(([, line]) => /\.ts\b|^vitest|vitest run/.test(line)))(
  "%s looks at the Node before it runs TypeScript",
  (_, line) => {
    expect(line).toMatch(new RegExp(`(^|&& )${check} && node |^${check} && (vitest|tsc)`));
  },
);

test("the scripts are words that every shell understands alike", () => {
  for (const line of Object.values(scripts ?? {})) expect(line).toMatch(/^[\w@:=./ &-]+$/);
  for (const line of Object.values(scripts ?? {})) {
    for (const command of line.split(" && ")) expect(command.split(" ")[0]).not.toContain("/");
  }
});

test("the same Node comes for every machine that the check lets install with an older one", () => {
  const [, list = ""] =
    /bringsItsOwn = \[(.*?)\]/.exec(readFileSync(join(root, "tooling/machine/src/check-node.mjs"), "utf8")) ?? [];
  const machines = list.replaceAll('"', "").split(", ");
  expect(Object.keys(optionalDependencies ?? {}).toSorted()).toEqual(machines.map((each) => `node-${each}`).toSorted());
  expect(new Set(Object.values(optionalDependencies ?? {})).size).toBe(1);
});
