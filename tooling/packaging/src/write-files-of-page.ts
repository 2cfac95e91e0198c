import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./root.ts";

/** Writes the files that a page of `docs` shows, each a block of code whose first line is `// name`, to `folder`. */
export function writeFilesOfPage(page: string, folder: string): void {
  const text = readFileSync(join(root, "docs", page), "utf8");
  for (const [, name = "", code = ""] of text.matchAll(/^```\w+\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(join(folder, name), code);
  }
}
