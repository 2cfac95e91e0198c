import { spawn } from "node:child_process";

import { entryOf } from "./tools.ts";
import type { Tool } from "./tools.ts";

/** One check of the gate: a command that succeeds or not, and may write a report of its tests. */
export interface Step {
  readonly name: string;
  readonly command: readonly [Tool, ...string[]];
  /** Where vitest writes its JSON report, if the step is a test run. */
  readonly report?: string;
}

/** Runs a step's command with its output shown; resolves with its exit code. */
export function runStep({ command: [tool, ...args] }: Step): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entryOf(tool), ...args], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
