import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { publishedPackages } from "../src/published-packages.ts";
import { rehearse } from "../src/release-rehearsal.ts";
import { rehearsedChanges, rehearsedPublications } from "../src/rehearsed-releases.ts";
import { releasesPage } from "../src/releases-page.ts";
import type { RehearsedChange, RehearsedPublications } from "../src/rehearsed-releases.ts";
import { root } from "../src/root.ts";

const packages = publishedPackages();

test("the changesets that wait here give every package that was never released version 1.0.0", async () => {
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
  let changes: RehearsedChange[];
  beforeAll(async () => {
    changes = await rehearsedChanges();
  });
  const of = (name: string, change: string): RehearsedChange => {
    const found = changes.find((each) => each.name === name && each.change === change);
    if (found === undefined) throw new Error(`no ${change} of ${name} was rehearsed`);
    return found;
  };

  test.each([
    ["patch", "1.0.1"],
    ["minor", "1.1.0"],
  ])("of one codec, a %s, releases that codec and dataqueues alone", (change, version) => {
    const { released, changelogs } = of("@dataqueues/codec-text", change);
    expect(released).toEqual({ "@dataqueues/codec-text": version, dataqueues: "1.0.1" });
    expect(changelogs["@dataqueues/codec-text"]).toContain("What users will read.");
    expect(changelogs["dataqueues"]).toContain(`- @dataqueues/codec-text@${version}`);
  });

  test("of core, a minor, releases core alone: the others ask for ^1.0.0", () => {
    expect(of("@dataqueues/core", "minor").released).toEqual({ "@dataqueues/core": "1.1.0" });
  });

  test("of core, a major, gives a patch to those that ask for core, and to no other", () => {
    const users = packages.filter(({ name, manifest }) => {
      return name === "dataqueues" || "@dataqueues/core" in (manifest.dependencies ?? {});
    });
    expect(of("@dataqueues/core", "major").released).toEqual({
      ...Object.fromEntries(users.map(({ name }) => [name, "1.0.1"])),
      "@dataqueues/core": "2.0.0",
    });
  });

  describe("and published,", () => {
    let publications: RehearsedPublications;
    beforeAll(async () => {
      publications = await rehearsedPublications();
    });

    test("sends a registry what it does not have yet: all, a changed codec and dataqueues, core alone", () => {
      const names = publications.published.map((each) =>
        each.map(({ manifest }) => `${manifest.name} ${manifest.version}`),
      );
      expect(names).toEqual([
        packages.map(({ name }) => `${name} 1.0.0`),
        ["@dataqueues/codec-text 1.0.1", "dataqueues 1.0.1"],
        ["@dataqueues/core 1.1.0"],
      ]);
    });

    test("asks for parts of dataqueues at one version, for everything else in a range", () => {
      const [, [codec, all] = []] = publications.published;
      expect(codec?.manifest.dependencies).toMatchObject({ "@dataqueues/core": "^1.0.0" });
      expect(all?.manifest.dependencies).toMatchObject({
        "@dataqueues/codec-text": "1.0.1",
        "@dataqueues/codec-json": "1.0.0",
        "@dataqueues/core": "^1.0.0",
      });
    });

    test("takes the changelog along", () => {
      for (const { files } of publications.published.flat()) {
        expect(files).toEqual(expect.arrayContaining(["CHANGELOG.md", "dist/index.js"]));
      }
    });

    test("is what people get: a minor of core, too, for which nothing else was released", () => {
      expect(publications.installed).toMatchObject({
        dataqueues: "1.0.1",
        "@dataqueues/codec-text": "1.0.1",
        "@dataqueues/codec-json": "1.0.0",
        "@dataqueues/core": "1.1.0",
      });
      expect(publications.printed).toContain("Testing Testing");
    });

    test("is what docs/releases.md tells; if it should, run `pnpm run releases:update`", () => {
      expect(readFileSync(join(root, "docs/releases.md"), "utf8")).toBe(releasesPage(changes, publications));
    });
  });
});
