import { readdirSync, statSync } from "node:fs";
import { join, sep } from "node:path";

import { manifestOf } from "./repository.ts";

/** What npm packs besides `files`. */
const always: readonly string[] = ["package.json", "README.md", "LICENSE"];

/**
 * The bytes that a package takes on the disk, without its dependencies.
 *
 * @param folder - of an installed package, or of a built one of this repository, of which only what is packed counts
 */
export function installedSize(folder: string): number {
  const { files = [] } = manifestOf(folder);
  const isOurs = !folder.includes(`${sep}node_modules${sep}`);
  const packed = [...files, ...always];
  return readdirSync(folder)
    .filter((name) => !isOurs || packed.includes(name))
    .map((name) => sizeOf(join(folder, name)))
    .reduce((sum, size) => sum + size, 0);
}

function sizeOf(path: string): number {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.size;
  return readdirSync(path)
    .filter((name) => name !== ".tsbuildinfo")
    .reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}
