import { basename } from "node:path";

import { browserSize } from "./bundle.ts";
import type { BrowserSize } from "./bundle.ts";
import { closureOf } from "./closure.ts";
import type { Dependency } from "./closure.ts";
import { installedSize } from "./installed-size.ts";
import type { PublishedPackage } from "./repository.ts";

/** A package, or a part of one that can be used alone, and its size where it runs in a browser. */
export interface Sized {
  readonly name: string;
  readonly size: BrowserSize | undefined;
}

/** A package and everything that installing it brings along. */
export interface PackageFacts extends Sized {
  /** `packages/<folder>`. */
  readonly folder: string;
  readonly closure: readonly Dependency[];
  /** Bytes on the disk of the package and everything it brings along. */
  readonly installed: number;
}

/** What runs in Node only. */
const ofNode: readonly string[] = ["kafkajs", "ws"];

/** Whether a package runs in browsers, too: every package that does not talk to Kafka, and serves no pages, itself. */
export function isForBrowsers({ folder }: Pick<PublishedPackage, "folder">): boolean {
  return closureOf(folder).every(({ name }) => !ofNode.includes(name));
}

/** The facts of one package, as built. */
export async function factsOf({ name, folder }: PublishedPackage): Promise<PackageFacts> {
  const size = isForBrowsers({ folder }) ? await browserSize(`export * from "${name}"`) : undefined;
  const closure = closureOf(folder);
  const installed = closure.reduce((sum, each) => sum + each.size, installedSize(folder));
  return { name, folder: `packages/${basename(folder)}`, closure, size, installed };
}

/** What a page loads of core if it only reads, or only sends. */
export function halvesOfCore(): Promise<Sized[]> {
  const classes = ["DataQueueConsumer", "DataQueueProducer"];
  return Promise.all(
    classes.map(async (each) => ({
      name: `@dataqueues/core: ${each}`,
      size: await browserSize(`export { ${each} } from "@dataqueues/core"`),
    })),
  );
}

/** What a page loads that reads through a gateway: without a codec, and with that of numpy's arrays. */
export function gatewayPages(): Promise<Sized[]> {
  const reader = `export { DataQueueConsumer } from "@dataqueues/core"; export { websocket } from "@dataqueues/transport-websocket"`;
  const pages = [
    ["a page: consumer, websocket", reader],
    [
      "a page: consumer, websocket, msgpackNumpy",
      `${reader}; export { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy"`,
    ],
  ] as const;
  return Promise.all(pages.map(async ([name, source]) => ({ name, size: await browserSize(source) })));
}

/** The text of `docs/packages.md`. */
export function packagesPage(facts: readonly PackageFacts[], parts: readonly Sized[]): string {
  const ours = new Set(facts.map(({ name }) => name));
  const others = new Map<string, Dependency & { users: string[] }>();
  for (const { name: user, closure } of facts) {
    for (const each of closure.filter(({ name }) => !ours.has(name))) {
      const users = others.get(each.name)?.users ?? [];
      others.set(each.name, { ...each, users: [...users, shortName(user)] });
    }
  }
  return `# What each package brings along

Written by \`pnpm records\` from the lockfile and the built packages, and checked by the tests.

## Installs

Everything that installing one package puts on the disk besides it. "+ binary" means one more package under the same
licence, with the binary for the platform. The size is that of all packages together, the installed one included, on
linux-x64. 1 MB is 1,000,000 bytes; the figures may be off by a tenth. More than half of our own bytes are sources and source
maps.

${table(
  ["package", "packages", "size", "ours", "of others"],
  facts.map(({ name, folder, closure, installed }) => [
    `[\`${name}\`](../${folder})`,
    String(1 + closure.length + closure.filter(({ binaries }) => binaries.length > 0).length),
    megabytes(installed),
    list(closure.filter((each) => ours.has(each.name)).map((each) => shortName(each.name))),
    list(closure.filter((each) => !ours.has(each.name)).map(withVersion)),
  ]),
)}

## In a browser

All exports of the package with its dependencies, bundled by esbuild without polyfills. A page that imports less loads less.
1 kB is 1000 bytes; the figures may be off by a tenth. Core as a whole is larger than the 8 kB it was meant to have; a
consumer or a producer alone is smaller: [why](decisions/0011-size-of-core.md).

${table(
  ["package", "minified", "minified and gzip"],
  [...facts, ...parts]
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
    .map(({ name, version, license, users }) => [name, version, license ?? "none named", list(users)]),
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

/** The sizes on the disk that a page records, in bytes, by package. */
export function recordedInstalls(page: string): Map<string, number> {
  const rows = page.matchAll(/^\| \[`([^`]+)`\]\S+ +\| \d+ +\| ([\d.]+) MB +\|/gm);
  return new Map(Array.from(rows, ([, name = "", size]) => [name, Number(size) * 1e6]));
}

function shortName(name: string): string {
  return name.replace("@dataqueues/", "");
}

function withVersion({ name, version, binaries }: Dependency): string {
  return `${name} ${version}${binaries.length === 0 ? "" : " + binary"}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}

function list(items: readonly string[]): string {
  return items.length === 0 ? "nothing" : items.join(", ");
}

/** A Markdown table, formatted as oxfmt does. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) => Math.max(cell.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}
