import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "./repository.ts";

/** The example of a package's README: its first block of TypeScript. */
export function exampleOf(folder: string): string {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const example = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  if (example === undefined)
    throw new Error(`${folder}/README.md has no example: add a block that begins with \`\`\`ts`);
  return example;
}

/** The packages that an example imports, by name. */
export function importsOf(example: string): string[] {
  const names = [...example.matchAll(/\bfrom "((?:@[\w-]+\/)?[\w-]+)/g)].flatMap(([, name]) => name ?? []);
  return [...new Set(names)];
}

/** Writes the files shown on a page of `docs` to `folder`: each code block whose first line is a comment with its name. */
export function writeFilesOfPage(page: string, folder: string): void {
  const text = readFileSync(join(root, "docs", page), "utf8");
  for (const [, name = "", code = ""] of text.matchAll(/^```\w+\n\/\/ (\S+)\n(.*?)^```$/gms)) {
    writeFileSync(join(folder, name), code);
  }
}
