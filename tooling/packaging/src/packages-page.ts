import type { BrowserSize } from "./browser-size.ts";
import type { Dependency } from "./closure.ts";
import type { Half, PackageFacts } from "./package-facts.ts";
import { table } from "./table.ts";

/** `docs/packages.md`. */
export function packagesPage(facts: readonly PackageFacts[], halves: readonly Half[]): string {
  const ours = new Set(facts.map(({ name }) => name));
  const others = new Map<string, Dependency & { users: string[] }>();
  for (const { name: user, closure } of facts) {
    for (const each of closure.filter(({ name }) => !ours.has(name))) {
      const users = others.get(each.name)?.users ?? [];
      others.set(each.name, { ...each, users: [...users, user] });
    }
  }
  return `# What each package brings along

Written by \`pnpm run packages:update\` from the lockfile and the built packages, and checked by the tests.

## Installs

All that an install of the package alone puts on the disk besides it; "+ binary" is one more package, with the binary for
the platform, under the same licence.

${table(
  ["package", "ours", "of others"],
  facts.map(({ name, closure }) => [
    `\`${name}\``,
    list(closure.filter((each) => ours.has(each.name)).map((each) => each.name.replace("@dataqueues/", ""))),
    list(closure.filter((each) => !ours.has(each.name)).map(installed)),
  ]),
)}

## In a browser

Everything the package exports, with its dependencies, bundled by esbuild with no polyfill; a page that imports less gets
less. kB are 1000 bytes; a figure here may be a tenth away from the code's own. The whole of core is more than the 8 kB that
were aimed at, a consumer or a producer alone is less: [why](decisions/0011-size-of-core.md).

${table(
  ["package", "minified", "minified and gzip"],
  [...facts, ...halves]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, size }) => [
      `\`${name}\``,
      size === undefined ? "needs Node" : kilobytes(size.minified),
      size === undefined ? "" : kilobytes(size.compressed),
    ]),
)}

## Code of others

Every third-party package that comes with one of ours, and its licence.

${table(
  ["package", "version", "licence", "comes with"],
  [...others.values()]
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, version, license, users }) => [
      name,
      version,
      license ?? "none named",
      list(users.map((user) => user.replace("@dataqueues/", ""))),
    ]),
)}
`;
}

/** The sizes that a page records, minified and compressed, in bytes, by package. */
export function recordedSizes(page: string): Map<string, BrowserSize> {
  const rows = page.matchAll(/^\| `([^`]+)` +\| ([\d.]+) kB +\| ([\d.]+) kB +\|$/gm);
  return new Map(
    Array.from(rows, ([, name = "", minified, compressed]) => [
      name,
      { minified: Number(minified) * 1000, compressed: Number(compressed) * 1000 },
    ]),
  );
}

function installed({ name, version, binaries }: Dependency): string {
  return `${name} ${version}${binaries.length === 0 ? "" : " + binary"}`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "nothing" : items.join(", ");
}
