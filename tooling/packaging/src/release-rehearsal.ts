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

import { manifestOf, publishedPackages, root } from "./repository.ts";
import { run } from "./run.ts";

/** How much of a package changes. */
export type Change = "major" | "minor" | "patch";

/** A copy of the files that changesets reads and of what is published. Releases really happen in it. */
export interface Rehearsal {
  /** Writes a changeset and commits it. */
  change(changes: Readonly<Record<string, Change>>, text: string): Promise<void>;
  /**
   * Lets changesets turn the waiting changesets into versions and changelogs, as a release does.
   *
   * @returns The new version of every package that has one, by name.
   */
  version(): Promise<Record<string, string>>;
  /** Publishes every version that the registry does not have yet, as the release workflow does. */
  publish(registry: string): Promise<void>;
  /** CHANGELOG.md of a package without commit hashes; empty if there is none. */
  changelog(name: string): string;
  /** Removes the copy. */
  close(): void;
}

/** Starts a rehearsal. With `version` every package has that version and no changeset waits; without it all is as here. */
export async function rehearse(version?: string): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-release-"));
  const files = [
    "package.json",
    "pnpm-workspace.yaml",
    `.changeset/${version === undefined ? "*" : "config.json"}`,
    "{packages,examples,tooling}/*/package.json",
    "packages/*/{README.md,LICENSE,src,dist}",
  ];
  for (const path of globSync(files, { cwd: root })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\ndist\n");

  const packages = new Map(publishedPackages().map((each) => [each.name, each.folder.replace(root, `${folder}/`)]));
  const folderOf = (name: string): string => {
    const found = packages.get(name);
    if (found === undefined) throw new Error(`${name} is no package of this repository`);
    return found;
  };
  const versions = (): [name: string, version: string][] =>
    [...packages].map(([name, at]) => [name, manifestOf(at).version]);
  if (version !== undefined) {
    for (const at of packages.values()) {
      writeFileSync(join(at, "package.json"), JSON.stringify({ ...manifestOf(at), version }, null, 2));
    }
  }

  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost", ...args], { cwd: folder });
  const commit = async (message: string): Promise<void> => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
  };
  await git("init", "--quiet", "--initial-branch=main");
  await commit("start");

  return {
    async change(changes, text) {
      const lines = Object.entries(changes).map(([name, change]) => `"${name}": ${change}\n`);
      writeFileSync(join(folder, ".changeset/rehearsed.md"), `---\n${lines.join("")}---\n\n${text}\n`);
      await commit(text);
    },
    async version() {
      const before = new Map(versions());
      await run(join(root, "node_modules/.bin/changeset"), ["version"], { cwd: folder });
      await commit("release");
      return Object.fromEntries(versions().filter(([name, now]) => now !== before.get(name)));
    },
    async publish(registry) {
      const host = registry.replace(/^http:/, "");
      writeFileSync(join(folder, ".npmrc"), `registry=${registry}\n${host}:_authToken=rehearsal\n`);
      // npx gets pnpm from the machine's own registry; only the command that it starts uses the other one.
      const publish = ["env", `npm_config_registry=${registry}`, "changeset", "publish", "--no-git-tag"];
      await run("npx", ["-y", "pnpm@12", "--dir", folder, "exec", ...publish], { cwd: root });
    },
    changelog(name) {
      const path = join(folderOf(name), "CHANGELOG.md");
      const text = existsSync(path) ? readFileSync(path, "utf8") : "";
      return text.replaceAll(/(?<=^- )[0-9a-f]{7}: | \[[0-9a-f, ]{7,}\]/gm, "");
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
