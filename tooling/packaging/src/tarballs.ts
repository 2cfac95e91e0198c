import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { closureOf, testedPeersOf } from "./closure.ts";
import { manifestOf, publishedPackages, root } from "./repository.ts";
import type { Manifest, PublishedPackage } from "./repository.ts";
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

/**
 * Makes a temporary project and installs the named packages in it from the tarballs.
 *
 * @returns Its folder.
 */
export async function emptyProject(tarballs: string, names: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-install-"));
  const dependencies = Object.fromEntries(names.map((name) => [name, "latest"]));
  await installPacked(folder, { type: "module", dependencies }, tarballs);
  return folder;
}

/** Copies an example out of the repository to `folder` and installs its dependencies there, ours from the tarballs. */
export async function copyExample(example: string, folder: string, tarballs: string): Promise<void> {
  const skipped = ["node_modules", "dist"];
  cpSync(join(root, "examples", example), folder, {
    recursive: true,
    filter: (path) => !skipped.includes(basename(path)),
  });
  // Its tests stay in the repository, with the tools that they need.
  const { devDependencies = {}, ...manifest } = manifestOf(folder);
  const own = Object.entries(devDependencies).filter(([, range]) => !/^(?:catalog|workspace):/.test(range));
  await installPacked(folder, { ...manifest, devDependencies: Object.fromEntries(own) }, tarballs);
}

/** Writes package.json to `folder` and installs with npm: our packages from the tarballs, others as in the lockfile. */
async function installPacked(folder: string, manifest: Partial<Manifest>, tarballs: string): Promise<void> {
  const { dependencies, devDependencies, peerDependencies } = manifest;
  const direct = { ...dependencies, ...devDependencies, ...peerDependencies };
  const versions = packedVersions(tarballs, Object.keys(direct));
  const packed = (ranges: Readonly<Record<string, string>> = {}): Record<string, string> =>
    Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, versions.get(name) ?? range]));
  const installed = {
    ...manifest,
    dependencies: packed(dependencies),
    devDependencies: packed(devDependencies),
    peerDependencies: packed(peerDependencies),
    // npm refuses to override a direct dependency of the project.
    overrides: Object.fromEntries([...versions].filter(([name]) => !(name in direct))),
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(installed, null, 2)}\n`);
  await run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: folder });
}

/**
 * What to install, by name: our packages as tarballs, others at the lockfile's versions. Those that only packages need which are not
 * asked for are left out: other programs in the project may want another version.
 */
function packedVersions(tarballs: string, asked: readonly string[]): Map<string, string> {
  const packages = publishedPackages();
  // Examples of a package with peers need these too.
  const others = packages
    .filter(({ name }) => asked.includes(name))
    .flatMap(({ folder }) => [...closureOf(folder), ...testedPeersOf(folder)])
    .map(({ name, version }) => [name, version] as const);
  return new Map([...others, ...packages.map((each) => [each.name, `file:${tarballOf(tarballs, each)}`] as const)]);
}

/** Removes the output of source files that no longer exist from `dist`; the compiler never does so itself. */
function removeOrphans(folder: string): void {
  const dist = join(folder, "dist");
  for (const path of readdirSync(dist, { recursive: true, encoding: "utf8" })) {
    const [, stem] = /^(.+?)(?:\.js|\.d\.ts)(?:\.map)?$/.exec(path) ?? [];
    if (stem !== undefined && !existsSync(join(folder, "src", `${stem}.ts`))) rmSync(join(dist, path));
  }
}
