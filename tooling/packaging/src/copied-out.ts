import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { manifestOf } from "./published-packages.ts";
import { packedVersions } from "./packed-versions.ts";
import { run } from "./run.ts";

/**
 * Copies an example out of the repository and installs it with npm against the tarballs.
 *
 * @returns Its folder, a temporary one.
 */
export async function copiedOut(example: string, tarballs: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-example-"));
  cpSync(example, folder, { recursive: true, filter: (path) => !["node_modules", "dist"].includes(basename(path)) });
  const manifest = manifestOf(folder);
  const versions = packedVersions(tarballs);
  const packed = (ranges: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, versions.get(name) ?? range]));
  const direct = new Set(
    Object.keys({ ...manifest.dependencies, ...manifest.devDependencies, ...manifest.peerDependencies }),
  );
  const overrides = Object.fromEntries([...versions].filter(([name]) => !direct.has(name)));
  const installed = {
    ...manifest,
    dependencies: packed(manifest.dependencies),
    devDependencies: packed(manifest.devDependencies),
    peerDependencies: packed(manifest.peerDependencies),
    overrides,
  };
  writeFileSync(join(folder, "package.json"), JSON.stringify(installed, null, 2));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
  return folder;
}
