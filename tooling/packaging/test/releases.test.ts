import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { localRegistry } from "../src/local-registry.ts";
import type { LocalRegistry } from "../src/local-registry.ts";
import { publishedPackages } from "../src/published-packages.ts";
import { rehearse } from "../src/release-rehearsal.ts";
import type { Change, Rehearsal } from "../src/release-rehearsal.ts";
import { root } from "../src/root.ts";

const names = publishedPackages().map(({ name }) => name);

/** What a release makes of packages that all have version 1.0.0: only those that it releases. */
async function releasedBy(changes: Readonly<Record<string, Change>>, rehearsal: Rehearsal): Promise<object> {
  await rehearsal.release(changes, "Something is better.");
  return Object.fromEntries(Object.entries(rehearsal.versions()).filter(([, version]) => version !== "1.0.0"));
}

describe("a release, rehearsed", () => {
  let rehearsal: Rehearsal;
  afterAll(() => rehearsal.close());

  test("the first gives every package version 1.0.0 and a changelog that says so", async () => {
    rehearsal = await rehearse("0.0.0");
    await rehearsal.release(Object.fromEntries(names.map((name) => [name, "major"])), "The first release.");
    expect(rehearsal.versions()).toEqual(Object.fromEntries(names.map((name) => [name, "1.0.0"])));
    for (const name of names) {
      const changelog = rehearsal.changelog(name);
      expect(changelog.startsWith(`# ${name}\n\n## 1.0.0\n\n### Major Changes\n\n- `)).toBe(true);
      expect(changelog).toMatch(/^- [0-9a-f]{7}: The first release\.$/m);
    }
  });
});

describe.each(["patch", "minor"] as const)("a %s change, rehearsed from 1.0.0,", (change) => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearse("1.0.0");
  });
  afterAll(() => rehearsal.close());

  test("in one codec releases that codec and dataqueues alone", async () => {
    const version = change === "patch" ? "1.0.1" : "1.1.0";
    expect(await releasedBy({ "@dataqueues/codec-text": change }, rehearsal)).toEqual({
      "@dataqueues/codec-text": version,
      dataqueues: "1.0.1",
    });
    expect(rehearsal.changelog("@dataqueues/codec-text")).toContain("Something is better.");
    expect(rehearsal.changelog("dataqueues")).toContain(`Updated dependencies`);
    expect(rehearsal.changelog("dataqueues")).toContain(`- @dataqueues/codec-text@${version}`);
    expect(rehearsal.changelog("@dataqueues/codec-json")).toBe("");
  });
});

describe("a change of core, rehearsed from 1.0.0,", () => {
  let rehearsal: Rehearsal;
  beforeAll(async () => {
    rehearsal = await rehearse("1.0.0");
  });
  afterAll(() => rehearsal.close());

  test("releases core alone when it is a minor one: the others ask for ^1.0.0", async () => {
    expect(await releasedBy({ "@dataqueues/core": "minor" }, rehearsal)).toEqual({ "@dataqueues/core": "1.1.0" });
  });

  test("gives its users a patch, which asks for the new one, when it is a major one", async () => {
    await rehearsal.release({ "@dataqueues/core": "major" }, "Something is different.");
    const versions = rehearsal.versions();
    expect(versions).toMatchObject({
      "@dataqueues/core": "2.0.0",
      "@dataqueues/codec-text": "1.0.1",
      "@dataqueues/transport-kafkajs": "1.0.1",
      "@dataqueues/arrays": "1.0.0",
      dataqueues: "1.0.1",
    });
    expect(Object.values(versions).filter((version) => version.startsWith("2."))).toEqual(["2.0.0"]);
  });
});

describe("publishing to a registry", () => {
  let rehearsal: Rehearsal;
  let registry: LocalRegistry;
  beforeAll(async () => {
    registry = await localRegistry();
    rehearsal = await rehearse("1.0.0");
  });
  afterAll(() => {
    registry.close();
    rehearsal.close();
  });

  test("sends what it does not have yet: first all, then a changed codec and dataqueues, then core alone", async () => {
    await rehearsal.publish(registry.url);
    expect(registry.taken().map(({ name, version }) => `${name} ${version}`)).toHaveLength(names.length);

    await rehearsal.release({ "@dataqueues/codec-text": "patch" }, "Something is better.");
    await rehearsal.publish(registry.url);
    const [codec, all, ...others] = registry.taken().toSorted((a, b) => a.name.localeCompare(b.name));
    expect(codec).toMatchObject({ name: "@dataqueues/codec-text", dependencies: { "@dataqueues/core": "^1.0.0" } });
    expect(all).toMatchObject({ name: "dataqueues", dependencies: { "@dataqueues/codec-text": "1.0.1" } });
    expect(others).toEqual([]);

    await rehearsal.release({ "@dataqueues/core": "minor" }, "Something is new.");
    await rehearsal.publish(registry.url);
    expect(registry.taken()).toMatchObject([{ name: "@dataqueues/core", version: "1.1.0" }]);
  }, 120_000);
});

test("every package is released, or has a changeset that will release it", () => {
  const folder = join(root, ".changeset");
  const waiting = readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join("\n");
  const left = publishedPackages().filter(
    ({ name, manifest }) => manifest.version === "0.0.0" && !waiting.includes(`"${name}": major`),
  );
  expect(left.map(({ name }) => name)).toEqual([]);
});
