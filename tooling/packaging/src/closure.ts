import { createRequire } from "node:module";
import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";

import { installedSize } from "./installed-size.ts";
import { manifestOf } from "./repository.ts";
import type { Manifest } from "./repository.ts";

/** A package that an install brings along. */
export interface Dependency extends Pick<Manifest, "name" | "version" | "license"> {
  /** The packages with its binaries; an install takes the one for the platform. */
  readonly binaries: readonly string[];
  /** Bytes on the disk, with the binary for this platform. */
  readonly size: number;
}

/**
 * Everything that installing the package in `folder` brings along, except itself and binaries: at the lockfile's versions,
 * sorted by name. (`pnpm licenses list` finds nothing for a package whose dependencies are packages of this repository.)
 */
export function closureOf(folder: string): Dependency[] {
  const found = new Map<string, Dependency>();
  const open = [realpathSync(folder)];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(at);
    for (const name of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (peerDependenciesMeta[name]?.optional === true) continue;
      const next = folderOf(name, at);
      if (found.has(next)) continue;
      const { version, license, optionalDependencies = {} } = manifestOf(next);
      const binaries = Object.keys(optionalDependencies);
      const folders = [next, ...binaries.flatMap((binary) => findFolder(binary, next) ?? [])];
      const size = folders.reduce((sum, each) => sum + installedSize(each), 0);
      found.set(next, { name, version, binaries, size, ...(license === undefined ? {} : { license }) });
      open.push(next);
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}

/** What a package with peers is tested with, at the lockfile's versions; nothing for others. */
export function testedPeersOf(folder: string): Pick<Manifest, "name" | "version">[] {
  const { peerDependencies, devDependencies = {} } = manifestOf(folder);
  if (peerDependencies === undefined) return [];
  return Object.keys(devDependencies).map((name) => manifestOf(folderOf(name, folder)));
}

function folderOf(name: string, from: string): string {
  const folder = findFolder(name, from);
  if (folder === undefined) throw new Error(`${name}, a dependency in ${from}, is not installed: run pnpm install`);
  return folder;
}

/** The folder in which code in `from` finds the package `name`, even if it does not export its package.json. */
function findFolder(name: string, from: string): string | undefined {
  const places = createRequire(join(from, "package.json")).resolve.paths(name) ?? [];
  const place = places.find((each) => existsSync(join(each, name, "package.json")));
  return place === undefined ? undefined : dirname(realpathSync(join(place, name, "package.json")));
}
