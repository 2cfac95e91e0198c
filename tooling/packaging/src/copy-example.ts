import { cpSync } from "node:fs";
import { basename, join } from "node:path";

import { installPacked } from "./install-packed.ts";
import { manifestOf } from "./published-packages.ts";
import { root } from "./root.ts";

/** Copies an example out of the repository to `folder` and installs it there from the tarballs. */
export async function copyExample(example: string, folder: string, tarballs: string): Promise<void> {
  const left = ["node_modules", "dist"];
  cpSync(join(root, "examples", example), folder, {
    recursive: true,
    filter: (path) => !left.includes(basename(path)),
  });
  await installPacked(folder, manifestOf(folder), tarballs);
}
