import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { packedVersions } from "./packed-versions.ts";
import { run } from "./run.ts";

/**
 * An empty project with the named packages installed by npm from the tarballs; their third-party dependencies come from
 * the registry, at the versions of the lockfile.
 *
 * @returns Its folder, a temporary one.
 */
export async function emptyProject(tarballs: string, names: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-install-"));
  const versions = packedVersions(tarballs);
  const dependencies = Object.fromEntries(names.map((name) => [name, versions.get(name) ?? "latest"]));
  // npm refuses an override of what is a dependency of the project itself.
  const overrides = Object.fromEntries([...versions].filter(([name]) => !names.includes(name)));
  const manifest = { private: true, type: "module", dependencies, overrides };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
  return folder;
}
