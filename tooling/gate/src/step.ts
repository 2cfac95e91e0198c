import { spawn } from "node:child_process";
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

/** One check of the gate: a command that succeeds or fails. */
export interface Step {
  readonly name: string;
  readonly command: readonly [Tool, ...string[]];
  /** Where vitest writes its JSON report, if the step runs tests. */
  readonly report?: string;
}

/** Runs a step's command and shows its output; resolves with its exit code. */
export function runStep({ command: [tool, ...args] }: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entryOf(tool), ...args], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** The JavaScript file behind a tool's command. Node runs it directly, as on Windows only a shell can run the command. */
function entryOf(tool: Tool): string {
  const folder = join(import.meta.dirname, "../../..", folders[tool]);
  const { bin }: { bin: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const path = bin[tool];
  if (path === undefined) throw new Error(`${folders[tool]} has no command ${tool}`);
  return join(folder, path);
}
