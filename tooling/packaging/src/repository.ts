import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder, with a slash at its end. */
export const root: string = fileURLToPath(new URL("../../../", import.meta.url));

/** The fields of a package.json that are read here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly license?: string;
  readonly type?: string;
  readonly exports?: unknown;
  readonly files?: readonly string[];
  readonly scripts?: Readonly<Record<string, string>>;
  /** Where a registry has its tarball. */
  readonly dist?: { readonly tarball: string };
  readonly publishConfig?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of this repository that goes to npm. */
export interface PublishedPackage {
  readonly name: string;
  /** `packages/<folder>`, absolute. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Reads the package.json of `folder`. */
export function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

/** Every package in `packages/`, sorted by name. */
export function publishedPackages(): PublishedPackage[] {
  const packages = join(root, "packages");
  return readdirSync(packages)
    .map((entry) => join(packages, entry))
    .map((folder) => ({ name: manifestOf(folder).name, folder, manifest: manifestOf(folder) }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}
