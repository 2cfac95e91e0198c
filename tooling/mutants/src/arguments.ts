import { parseArgs } from "node:util";

import { packages } from "./packages.ts";
import type { Tried } from "./packages.ts";

/** How the command is called. */
export const usage = `pnpm mutants [package…] [--files batch.ts,wait.ts] [--concurrency 2] [--fresh] [--before]

Changes the code in one place after the other and tells which changes no test notices.

  --files        only files of the packages whose names end so; no results are written
  --concurrency  how many processes run tests at once
  --fresh        tries everything again, also what no test or code has changed for
  --before       keeps the scores as those of before
  packages:      ${Object.keys(packages).join(", ")}`;

/** What the command line asks for. */
export interface Arguments {
  readonly tried: readonly (readonly [name: string, tried: Tried])[];
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly fresh: boolean;
  readonly before: boolean;
  readonly help: boolean;
}

/** What the command line asks for, or in words what is wrong with it. */
export function readArguments(args: readonly string[]): Arguments | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        files: { type: "string", default: "" },
        concurrency: { type: "string", default: "2" },
        fresh: { type: "boolean", default: false },
        before: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
    const unknown = positionals.filter((name) => !Object.hasOwn(packages, name));
    if (unknown.length > 0) return `there is no package ${unknown.join(", ")}`;
    const concurrency = Number(values.concurrency);
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      return `--concurrency takes a whole number from 1 on, not ${values.concurrency}`;
    }
    const tried = Object.entries(packages).filter(([name]) => positionals.length === 0 || positionals.includes(name));
    const { fresh, before, help } = values;
    return { tried, files: values.files.split(",").filter((file) => file !== ""), concurrency, fresh, before, help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
