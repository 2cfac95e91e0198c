import { localRegistry } from "./local-registry.ts";
import type { Published } from "./local-registry.ts";
import { publishedPackages } from "./published-packages.ts";
import { rehearse } from "./release-rehearsal.ts";
import type { Change } from "./release-rehearsal.ts";
import { table } from "./table.ts";

/** A change, and what came of it in a rehearsal in which all packages were at 1.0.0. */
export interface RehearsedChange {
  readonly name: string;
  readonly change: Change;
  /** The new versions, by name. */
  readonly released: Readonly<Record<string, string>>;
  /** The changelogs of what was released, by name. */
  readonly changelogs: Readonly<Record<string, string>>;
}

/** Rehearses the changes that docs/releases.md tells of. */
export async function rehearsedChanges(): Promise<RehearsedChange[]> {
  const changes: readonly (readonly [name: string, change: Change])[] = [
    ["@dataqueues/codec-text", "patch"],
    ["@dataqueues/codec-text", "minor"],
    ["@dataqueues/core", "minor"],
    ["@dataqueues/core", "major"],
  ];
  const rehearsed: RehearsedChange[] = [];
  for (const [name, change] of changes) {
    const rehearsal = await rehearse("1.0.0");
    try {
      await rehearsal.change({ [name]: change }, "What users will read.");
      const released = await rehearsal.version();
      const changelogs = Object.fromEntries(Object.keys(released).map((each) => [each, rehearsal.changelog(each)]));
      rehearsed.push({ name, change, released, changelogs });
    } finally {
      rehearsal.close();
    }
  }
  return rehearsed;
}

/** Publishes all packages to a registry in this process, then after a patch of a codec, then after a minor of core. */
export async function rehearsedPublications(): Promise<Published[][]> {
  const registry = await localRegistry();
  const rehearsal = await rehearse("0.0.0");
  const publish = async (changes: Readonly<Record<string, Change>>): Promise<Published[]> => {
    await rehearsal.change(changes, "What users will read.");
    await rehearsal.version();
    await rehearsal.publish(registry.url);
    return registry.taken();
  };
  try {
    const first = await publish(Object.fromEntries(publishedPackages().map(({ name }) => [name, "major"])));
    return [
      first,
      await publish({ "@dataqueues/codec-text": "patch" }),
      await publish({ "@dataqueues/core": "minor" }),
    ];
  } finally {
    registry.close();
    rehearsal.close();
  }
}

/** `docs/releases.md`. */
export function releasesPage(changes: readonly RehearsedChange[], publications: readonly Published[][]): string {
  const [first = [], ...later] = publications;
  return `# Releases, rehearsed

Written by \`pnpm run releases:update\`, and compared with a rehearsal by the tests: changesets makes the versions and
changelogs in a clone of the repository, pnpm publishes them to a registry in the same process. Why packages are released
with each other is told in [a decision](decisions/0009-who-is-released-with-whom.md).

## Changes

Every package is at 1.0.0, and one changes.

${changes.map(sectionOf).join("\n")}
## A registry

What reached it, with the range in which each asks for the others. First all packages, none of which it had:

${tableOf(first)}

Then after a patch of codec-text, and after a minor of core:

${later.map(tableOf).join("\n\n")}
`;
}

function sectionOf({ name, change, released, changelogs }: RehearsedChange): string {
  const told = name in released && "dataqueues" in released ? "dataqueues" : name;
  return `### A ${change} of ${name}

${table(["released", "version"], Object.entries(released))}

CHANGELOG.md of ${told}:

\`\`\`md
${(changelogs[told] ?? "").trim()}
\`\`\`
`;
}

function tableOf(published: readonly Published[]): string {
  const rows = published.map(({ manifest: { name, version, dependencies = {} } }) => {
    const ours = Object.entries(dependencies).filter(([each]) => each.startsWith("@dataqueues/"));
    return [name, version, ours.map(([each, range]) => `${each.replace("@dataqueues/", "")} ${range}`).join(", ")];
  });
  return table(["package", "version", "asks for"], rows);
}
