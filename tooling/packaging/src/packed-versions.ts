import { closureOf } from "./closure.ts";
import { tarballOf } from "./pack-all.ts";
import { publishedPackages } from "./published-packages.ts";

/** What to install, by name: our packages as tarballs, those of others at the lockfile's versions. */
export function packedVersions(tarballs: string): Map<string, string> {
  const packages = publishedPackages();
  const others = packages
    .flatMap(({ folder }) => closureOf(folder))
    .map(({ name, version }) => [name, version] as const);
  return new Map([...others, ...packages.map((each) => [each.name, `file:${tarballOf(tarballs, each)}`] as const)]);
}
