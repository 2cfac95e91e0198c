import { browserSize } from "./browser-size.ts";
import type { BrowserSize } from "./browser-size.ts";
import { closureOf } from "./closure.ts";
import type { Dependency } from "./closure.ts";
import type { PublishedPackage } from "./published-packages.ts";
import { table } from "./table.ts";

/** A package with what an install of it brings along, and its size where it runs in a browser. */
export interface PackageFacts {
  readonly name: string;
  readonly description: string;
  readonly closure: readonly Dependency[];
  readonly size: BrowserSize | undefined;
}

/** A part of a package that can be used alone. */
export interface Half {
  readonly name: string;
  readonly size: BrowserSize | undefined;
}

/** Whether a package is for browsers, too: all that do not talk to Kafka themselves. */
export function isForBrowsers({ folder }: Pick<PublishedPackage, "folder">): boolean {
  return closureOf(folder).every(({ name }) => name !== "kafkajs");
}

/** The facts of one package, as built. */
export async function factsOf({ name, folder, manifest }: PublishedPackage): Promise<PackageFacts> {
  const size = isForBrowsers({ folder }) ? await browserSize(name) : undefined;
  return { name, description: manifest.description ?? "", closure: closureOf(folder), size };
}

/** What a page that only reads, or only sends, loads of core. */
export async function halvesOfCore(): Promise<Half[]> {
  const classes = ["DataQueueConsumer", "DataQueueProducer"];
  const sizes = classes.map((each) => browserSize("@dataqueues/core", `{ ${each} }`));
  return (await Promise.all(sizes)).map((size, at) => ({ name: `@dataqueues/core: ${classes[at] ?? ""}`, size }));
}

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

All that an install of the package alone puts on the disk besides it.

${table(
  ["package", "ours", "of others"],
  facts.map(({ name, closure }) => [
    `\`${name}\``,
    list(closure.filter((each) => ours.has(each.name)).map((each) => each.name.replace("@dataqueues/", ""))),
    list(closure.filter((each) => !ours.has(each.name)).map((each) => `${each.name} ${each.version}`)),
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

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "nothing" : items.join(", ");
}
