import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { manifestOf, publishedPackages } from "./published-packages.ts";
import { root } from "./root.ts";
import { run } from "./run.ts";

/** How much of a package changes. */
export type Change = "major" | "minor" | "patch";

/** A clone of the repository with only what changesets reads, in which releases really happen. */
export interface Rehearsal {
  /** Writes a changeset, commits it and lets changesets make the versions, as a release does. */
  release(changes: Readonly<Record<string, Change>>, text: string): Promise<void>;
  /** Publishes to a registry what it does not have yet, as the release workflow does. */
  publish(registry: string): Promise<void>;
  /** The version of every package that goes to npm, by name. */
  versions(): Record<string, string>;
  /** CHANGELOG.md of a package. */
  changelog(name: string): string;
  /** Removes the clone. */
  close(): void;
}

/** Starts a rehearsal in which every package has `version` and no changeset is waiting. */
export async function rehearse(version: string): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-release-"));
  const files = [
    "package.json",
    "pnpm-workspace.yaml",
    ".changeset/config.json",
    "{packages,examples,tooling}/*/package.json",
  ];
  for (const path of globSync(files, { cwd: root })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\n");

  const packages = new Map(
    publishedPackages().map((each) => [
      each.name,
      join(folder, "packages", each.folder.slice(join(root, "packages/").length)),
    ]),
  );
  for (const at of packages.values()) {
    writeFileSync(join(at, "package.json"), JSON.stringify({ ...manifestOf(at), version }, null, 2));
  }

  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost", ...args], { cwd: folder });
  await git("init", "--quiet", "--initial-branch=main");
  const commit = async (message: string): Promise<void> => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
  };
  await commit("start");

  const folderOf = (name: string): string => {
    const found = packages.get(name);
    if (found === undefined) throw new Error(`${name} is not a package of this repository`);
    return found;
  };

  return {
    async release(changes, text) {
      const lines = Object.entries(changes).map(([name, change]) => `"${name}": ${change}\n`);
      writeFileSync(join(folder, ".changeset/rehearsed.md"), `---\n${lines.join("")}---\n\n${text}\n`);
      await commit(text);
      await run(join(root, "node_modules/.bin/changeset"), ["version"], { cwd: folder });
      await commit("release");
    },
    async publish(registry) {
      const host = registry.replace(/^http:/, "");
      writeFileSync(join(folder, ".npmrc"), `registry=${registry}\n${host}:_authToken=rehearsal\n`);
      // npx takes pnpm from the machine's own registry: only what it starts sees the other.
      const publish = ["changeset", "publish", "--no-git-tag"];
      await run(
        "npx",
        ["-y", "pnpm@12", "--dir", folder, "exec", "env", `npm_config_registry=${registry}`, ...publish],
        {
          cwd: root,
        },
      );
    },
    versions: () => Object.fromEntries([...packages].map(([name, at]) => [name, manifestOf(at).version])),
    changelog(name) {
      const path = join(folderOf(name), "CHANGELOG.md");
      return existsSync(path) ? readFileSync(path, "utf8") : "";
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
