import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { exampleOf } from "./example-of.ts";
import { localRegistry } from "./local-registry.ts";
import type { Published } from "./local-registry.ts";
import { manifestOf, publishedPackages } from "./published-packages.ts";
import { rehearse } from "./release-rehearsal.ts";
import type { Change } from "./release-rehearsal.ts";
import { root } from "./root.ts";
import { run } from "./run.ts";

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

/** What reached a registry, and what people get of it. */
export interface RehearsedPublications {
  /** All packages; then what a patch of codec-text released, and what a minor of core did. */
  readonly published: readonly (readonly Published[])[];
  /** The versions of our packages that `npm install dataqueues` gives after that, by name. */
  readonly installed: Readonly<Record<string, string>>;
  /** What the example of dataqueues' README prints then. */
  readonly printed: string;
}

/** Publishes to a registry in this process three times, and installs from it. */
export async function rehearsedPublications(): Promise<RehearsedPublications> {
  const registry = await localRegistry();
  const rehearsal = await rehearse("0.0.0");
  const project = mkdtempSync(join(tmpdir(), "dataqueues-published-"));
  const publish = async (changes: Readonly<Record<string, Change>>): Promise<Published[]> => {
    await rehearsal.change(changes, "What users will read.");
    await rehearsal.version();
    await rehearsal.publish(registry.url);
    return registry.taken();
  };
  try {
    const published = [
      await publish(Object.fromEntries(publishedPackages().map(({ name }) => [name, "major"]))),
      await publish({ "@dataqueues/codec-text": "patch" }),
      await publish({ "@dataqueues/core": "minor" }),
    ];
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `--registry=${registry.url}`];
    await run("npm", [...install, "dataqueues"], { cwd: project });
    writeFileSync(join(project, "example.ts"), exampleOf(join(root, "packages/dataqueues")));
    const { stdout } = await run(process.execPath, ["example.ts"], { cwd: project });
    return { published, installed: versionsIn(project), printed: stdout };
  } finally {
    registry.close();
    rehearsal.close();
    rmSync(project, { recursive: true, force: true });
  }
}

/** The versions of our packages that are installed in a project, by name. */
function versionsIn(project: string): Record<string, string> {
  const installed = globSync("node_modules/{@dataqueues/*,dataqueues}", { cwd: project }).map((path) =>
    manifestOf(join(project, path)),
  );
  return Object.fromEntries(
    installed.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ name, version }) => [name, version]),
  );
}
