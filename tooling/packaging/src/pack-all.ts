import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { manifestOf, publishedPackages } from "./published-packages.ts";
import type { PublishedPackage } from "./published-packages.ts";
import { root } from "./root.ts";
import { run } from "./run.ts";

/** Builds all packages and packs each into a tarball in `directory`, as a release does. */
export async function packAll(directory: string): Promise<void> {
  await run(join(root, "node_modules/.bin/tsc"), ["-b"], { cwd: root, timeout: 300_000 });
  for (const { folder } of publishedPackages()) removeOrphans(folder);
  await run("npx", ["-y", "pnpm@12", "-r", "--filter", "./packages/*", "pack", "--pack-destination", directory], {
    cwd: root,
  });
}

/** The path of a package's tarball in `directory`. */
export function tarballOf(directory: string, { folder }: Pick<PublishedPackage, "folder">): string {
  const { name, version } = manifestOf(folder);
  return join(directory, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`);
}

/** Removes what the compiler left in `dist` of source files that are gone; it never does so itself. */
function removeOrphans(folder: string): void {
  const dist = join(folder, "dist");
  for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const [, stem] = /^(.+?)(?:\.js|\.d\.ts)(?:\.map)?$/.exec(path) ?? [];
    if (stem !== undefined && !existsSync(join(folder, "src", `${stem}.ts`))) rmSync(join(dist, path));
  }
}
