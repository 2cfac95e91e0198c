import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the package of each tool is, relative to the repository. */
const folders = {
  oxfmt: "node_modules/oxfmt",
  oxlint: "node_modules/oxlint",
  tsc: "node_modules/typescript",
  turbo: "node_modules/turbo",
  typedoc: "tooling/api-docs/node_modules/typedoc",
  vitest: "node_modules/vitest",
} as const;

/** A tool that the gate runs, by the name of its command. */
export type Tool = keyof typeof folders;

/**
 * The file that a tool's command stands for, to be run by Node: on Windows the command itself is a batch file, which
 * only a shell can run.
 */
export function entryOf(tool: Tool): string {
  const folder = join(import.meta.dirname, "../../..", folders[tool]);
  const { bin }: { bin: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const path = bin[tool];
  if (path === undefined) throw new Error(`${folders[tool]} has no command ${tool}`);
  return join(folder, path);
}
