import { parseArgs } from "node:util";

import { packages } from "./packages.ts";
import type { TestedPackage } from "./packages.ts";

/** How the command is called. */
export const usage = `pnpm mutants [package…] [--files batch.ts,wait.ts] [--concurrency 2] [--fresh] [--before]

Changes the code in one place after the other and reports the changes that no test notices.

  --files        only files of the packages whose names end with one of these; writes no results
  --concurrency  how many processes run tests at once
  --fresh        tries everything again, even if neither code nor tests have changed
  --before       records the scores in the column "before"
  packages:      ${Object.keys(packages).join(", ")}`;

/** The options of the command line. */
export interface Arguments {
  readonly selected: readonly (readonly [name: string, tested: TestedPackage])[];
  readonly files: readonly string[];
  readonly concurrency: number;
  readonly fresh: boolean;
  readonly before: boolean;
  readonly help: boolean;
}

/** Returns the options of the command line, or a message that says what is wrong with them. */
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
    if (unknown.length > 0) return `no such package: ${unknown.join(", ")}`;
    const concurrency = Number(values.concurrency);
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      return `--concurrency must be a positive integer, not ${values.concurrency}`;
    }
    const isSelected = (name: string): boolean => positionals.length === 0 || positionals.includes(name);
    const selected = Object.entries(packages).filter(([name]) => isSelected(name));
    const files = values.files.split(",").filter((file) => file !== "");
    return { selected, files, concurrency, fresh: values.fresh, before: values.before, help: values.help };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
