import type { Published } from "./local-registry.ts";
import type { RehearsedChange, RehearsedPublications } from "./rehearsed-releases.ts";
import { table } from "./table.ts";

/** `docs/releases.md`. */
export function releasesPage(changes: readonly RehearsedChange[], publications: RehearsedPublications): string {
  const [first = [], ...later] = publications.published;
  return `# Releases, rehearsed

Written by \`pnpm run releases:update\`, and compared with a rehearsal by the tests: changesets makes the versions and
changelogs in a clone of the repository, pnpm publishes them to a registry in the same process, npm installs from there. Why
packages are released with each other is told in [a decision](decisions/0009-who-is-released-with-whom.md).

## Changes

Every package is at 1.0.0, and one changes.

${changes.map(sectionOf).join("\n")}
## A registry

What reached it, with the range in which each asks for the others. First all packages, none of which it had:

${tableOf(first)}

Then after a patch of codec-text, and after a minor of core:

${later.map(tableOf).join("\n\n")}

What \`npm install dataqueues\` gives now, the new core among it, though nothing was released for that:

${table(["installed", "version"], Object.entries(publications.installed))}

The example of its README prints:

\`\`\`text
${publications.printed.trim()}
\`\`\`
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
