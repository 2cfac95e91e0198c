import { browserSize } from "./browser-size.ts";
import type { BrowserSize } from "./browser-size.ts";
import { closureOf } from "./closure.ts";
import type { Dependency } from "./closure.ts";
import type { PublishedPackage } from "./published-packages.ts";

/** A package with what an install of it brings along, and its size where it runs in a browser. */
export interface PackageFacts {
  readonly name: string;
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
export async function factsOf({ name, folder }: PublishedPackage): Promise<PackageFacts> {
  const size = isForBrowsers({ folder }) ? await browserSize(name) : undefined;
  return { name, closure: closureOf(folder), size };
}

/** What a page that only reads, or only sends, loads of core. */
export async function halvesOfCore(): Promise<Half[]> {
  const classes = ["DataQueueConsumer", "DataQueueProducer"];
  const sizes = classes.map((each) => browserSize("@dataqueues/core", `{ ${each} }`));
  return (await Promise.all(sizes)).map((size, at) => ({ name: `@dataqueues/core: ${classes[at] ?? ""}`, size }));
}
