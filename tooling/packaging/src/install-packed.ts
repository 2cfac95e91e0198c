import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { packedVersions } from "./packed-versions.ts";
import type { Manifest } from "./published-packages.ts";
import { run } from "./run.ts";

/**
 * Installs with npm what a package.json asks for, which is written to `folder`: our packages from the tarballs, those of
 * others at the versions of the lockfile.
 */
export async function installPacked(folder: string, manifest: Partial<Manifest>, tarballs: string): Promise<void> {
  const versions = packedVersions(tarballs);
  const packed = (ranges: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, versions.get(name) ?? range]));
  const { dependencies, devDependencies, peerDependencies } = manifest;
  const direct = { ...dependencies, ...devDependencies, ...peerDependencies };
  const installed = {
    ...manifest,
    dependencies: packed(dependencies),
    devDependencies: packed(devDependencies),
    peerDependencies: packed(peerDependencies),
    // npm refuses an override of what is a dependency of the project itself.
    overrides: Object.fromEntries([...versions].filter(([name]) => !(name in direct))),
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(installed, null, 2)}\n`);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
}
