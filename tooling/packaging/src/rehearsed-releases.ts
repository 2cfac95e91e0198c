import { localRegistry } from "./local-registry.ts";
import type { Published } from "./local-registry.ts";
import { publishedPackages } from "./published-packages.ts";
import { rehearse } from "./release-rehearsal.ts";
import type { Change } from "./release-rehearsal.ts";

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
