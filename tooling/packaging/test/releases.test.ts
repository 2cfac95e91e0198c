import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { exampleOf } from "../src/code-blocks.ts";
import { localRegistry } from "../src/local-registry.ts";
import type { Published } from "../src/local-registry.ts";
import { rehearse } from "../src/release-rehearsal.ts";
import type { Change } from "../src/release-rehearsal.ts";
import { manifestOf, publishedPackages, root } from "../src/repository.ts";
import { run } from "../src/run.ts";

// What docs/releases.md says.
const packages = publishedPackages();

test("the changesets that wait here give version 1.0.0 to every package that was never released", async () => {
  const rehearsal = await rehearse();
  try {
    const released = await rehearsal.version();
    for (const { name, manifest } of packages) {
      if (manifest.version !== "0.0.0") continue;
      expect(released).toMatchObject({ [name]: "1.0.0" });
      expect(rehearsal.changelog(name)).toMatch(new RegExp(`^# ${name}\n\n## 1.0.0\n\n### Major Changes\n\n- \\w`));
    }
  } finally {
    rehearsal.close();
  }
});

describe("a release, rehearsed from 1.0.0 of every package,", () => {
  test.each([
    ["patch", "1.0.1"],
    ["minor", "1.1.0"],
  ] as const)("of one codec, a %s, releases that codec and dataqueues alone", async (change, version) => {
    const { released, changelogs } = await releaseOf("@dataqueues/codec-text", change);
    expect(released).toEqual({ "@dataqueues/codec-text": version, dataqueues: "1.0.1" });
    expect(changelogs["@dataqueues/codec-text"]).toContain("What users will read.");
    expect(changelogs["dataqueues"]).toContain(`- @dataqueues/codec-text@${version}`);
  });

  test("of core, a minor, releases core alone, as the others ask for ^1.0.0", async () => {
    expect((await releaseOf("@dataqueues/core", "minor")).released).toEqual({ "@dataqueues/core": "1.1.0" });
  });

  test("of core, a major, releases a patch of every package that depends on core, and no other", async () => {
    const users = packages.filter(({ name, manifest }) => {
      return name === "dataqueues" || "@dataqueues/core" in (manifest.dependencies ?? {});
    });
    expect((await releaseOf("@dataqueues/core", "major")).released).toEqual({
      ...Object.fromEntries(users.map(({ name }) => [name, "1.0.1"])),
      "@dataqueues/core": "2.0.0",
    });
  });

  describe("and published,", () => {
    let publications: Publications;
    beforeAll(async () => {
      publications = await publishThreeTimes();
    });

    test("sends the registry what it does not have yet: all packages, then codec-text and dataqueues, then core", () => {
      const names = publications.published.map((each) =>
        each.map(({ manifest }) => `${manifest.name} ${manifest.version}`),
      );
      expect(names).toEqual([
        packages.map(({ name }) => `${name} 1.0.0`),
        ["@dataqueues/codec-text 1.0.1", "dataqueues 1.0.1"],
        ["@dataqueues/core 1.1.0"],
      ]);
    });

    test("dataqueues asks for its parts at one version, and all packages ask for the rest in a range", () => {
      const [, [codec, all] = []] = publications.published;
      expect(codec?.manifest.dependencies).toMatchObject({ "@dataqueues/core": "^1.0.0" });
      expect(all?.manifest.dependencies).toMatchObject({
        "@dataqueues/codec-text": "1.0.1",
        "@dataqueues/codec-json": "1.0.0",
        "@dataqueues/core": "^1.0.0",
      });
    });

    test("includes the changelog", () => {
      for (const { files } of publications.published.flat()) {
        expect(files).toEqual(expect.arrayContaining(["CHANGELOG.md", "dist/index.js"]));
      }
    });

    test("is what people get, even a minor of core without a release of what depends on it", () => {
      expect(publications.installed).toMatchObject({
        dataqueues: "1.0.1",
        "@dataqueues/codec-text": "1.0.1",
        "@dataqueues/codec-json": "1.0.0",
        "@dataqueues/core": "1.1.0",
      });
      expect(publications.printed).toContain("Testing Testing");
    });
  });
});

/** What a release of one change gives when all packages are at 1.0.0: the new versions and changelogs, by name. */
async function releaseOf(name: string, change: Change) {
  const rehearsal = await rehearse("1.0.0");
  try {
    await rehearsal.change({ [name]: change }, "What users will read.");
    const released = await rehearsal.version();
    const changelogs = Object.fromEntries(Object.keys(released).map((each) => [each, rehearsal.changelog(each)]));
    return { released, changelogs };
  } finally {
    rehearsal.close();
  }
}

/** What reached a registry, and what people get of it. */
interface Publications {
  /** All packages; then what a patch of codec-text released, and what a minor of core did. */
  readonly published: readonly (readonly Published[])[];
  /** The versions of our packages that `npm install dataqueues` gives after that, by name. */
  readonly installed: Readonly<Record<string, string>>;
  /** What the example of dataqueues' README prints then. */
  readonly printed: string;
}

/** Publishes three times to a registry in this process, and installs from it. */
async function publishThreeTimes(): Promise<Publications> {
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
      await publish(Object.fromEntries(packages.map(({ name }) => [name, "major"]))),
      await publish({ "@dataqueues/codec-text": "patch" }),
      await publish({ "@dataqueues/core": "minor" }),
    ];
    writeFileSync(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
    const install = ["install", "--ignore-scripts", "--no-audit", "--no-fund", `--registry=${registry.url}`];
    await run("npm", [...install, "dataqueues"], { cwd: project });
    writeFileSync(join(project, "example.ts"), exampleOf(join(root, "packages/dataqueues")));
    const { stdout } = await run(process.execPath, ["example.ts"], { cwd: project });
    const installed = globSync("node_modules/{@dataqueues/*,dataqueues}", { cwd: project });
    const manifests = installed.map((path) => manifestOf(join(project, path)));
    return {
      published,
      installed: Object.fromEntries(manifests.map(({ name, version }) => [name, version])),
      printed: stdout,
    };
  } finally {
    registry.close();
    rehearsal.close();
    rmSync(project, { recursive: true, force: true });
  }
}
