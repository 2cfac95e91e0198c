import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The example of a package's README: its first block of TypeScript. */
export function exampleOf(folder: string): string {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const example = /^```ts\n([\s\S]*?)^```$/m.exec(readme)?.[1];
  if (example === undefined) throw new Error(`${folder}/README.md has no example in a block of \`\`\`ts`);
  return example;
}

/** The packages that an example imports, by name. */
export function importsOf(example: string): string[] {
  const names = [...example.matchAll(/\bfrom "((?:@[\w-]+\/)?[\w-]+)/g)].flatMap(([, name]) => name ?? []);
  return [...new Set(names)];
}
