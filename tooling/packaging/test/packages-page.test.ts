import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";

import { browserSize, bundle } from "../src/bundle.ts";
import {
  factsOf,
  gatewayPages,
  halvesOfCore,
  isForBrowsers,
  packagesPage,
  recordedInstalls,
  recordedSizes,
} from "../src/packages-page.ts";
import type { PackageFacts, Sized } from "../src/packages-page.ts";
import { publishedPackages, root } from "../src/repository.ts";

const page = readFileSync(join(root, "docs/packages.md"), "utf8");
const packages = publishedPackages();

/** Our packages that may bring large packages of others, and which. */
const heavy: ReadonlyMap<string, readonly string[]> = new Map([
  ["@dataqueues/transport-kafkajs", ["kafkajs"]],
  // apache-arrow brings Node's types.
  ["@dataqueues/codec-arrow", ["apache-arrow", "@types/node"]],
  ["@dataqueues/cli", ["kafkajs"]],
  ["dataqueues", ["kafkajs"]],
]);

describe("docs/packages.md", () => {
  let facts: PackageFacts[];
  let parts: Sized[];

  beforeAll(async () => {
    facts = await Promise.all(packages.map(factsOf));
    parts = [...(await halvesOfCore()), ...(await gatewayPages())];
  });

  test("is what `pnpm records` writes, except for the sizes", () => {
    const sizes = recordedSizes(page);
    const installs = recordedInstalls(page);
    const asRecorded = <T extends Sized>(each: T): T => ({ ...each, size: each.size && sizes.get(each.name) });
    const installed = (each: PackageFacts): PackageFacts => ({ ...each, installed: installs.get(each.name) ?? 0 });
    expect(page).toBe(packagesPage(facts.map(asRecorded).map(installed), parts.map(asRecorded)));
  });

  test("records sizes that are at most a tenth off; if not, run `pnpm records`", () => {
    const sizes = recordedSizes(page);
    const wrong = [...facts, ...parts].filter(({ name, size }) => {
      if (size === undefined) return false;
      // 50 bytes are half of the last digit shown.
      const recorded = sizes.get(name)?.compressed ?? 0;
      return Math.abs(recorded - size.compressed) > size.compressed * 0.1 + 50;
    });
    expect(wrong).toEqual([]);
  });

  test("names a permissive licence for all code of others", () => {
    const ours = new Set(packages.map(({ name }) => name));
    const licences = ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "0BSD"];
    const others = facts.flatMap(({ closure }) => closure).filter(({ name }) => !ours.has(name));
    expect(others.filter(({ license }) => !licences.includes(license ?? ""))).toEqual([]);
  });
});

describe.each(packages)("$name", ({ name, folder, manifest }) => {
  test("brings no large package that it does not need", async () => {
    const { closure } = await factsOf({ name, folder, manifest });
    const brought = closure.map((each) => each.name);
    const allowed = heavy.get(name) ?? [];
    expect(brought.filter((each) => [...heavy.values()].flat().includes(each) && !allowed.includes(each))).toEqual([]);
    if (["@dataqueues/core", "@dataqueues/arrays"].includes(name)) expect(brought).toEqual([]);
  });
});

describe.each(packages.filter(isForBrowsers))("$name for browsers", ({ name }) => {
  test("needs neither Node's modules nor polyfills of them", async () => {
    const { code, inputs } = await bundle(`export * from "${name}"`);
    expect(inputs.filter((path) => /node_modules\/(buffer|process|util|events|stream)/.test(path))).toEqual([]);
    expect(code).not.toMatch(/from ?"node:/);
  });
});

test("a page loads less than 18 kB of core to read, 10.5 kB to send and 26.5 kB for all, minified and gzip", async () => {
  const sizes = (await halvesOfCore()).map(({ name, size }) => [name, size?.compressed]);
  expect(sizes).toEqual([
    ["@dataqueues/core: DataQueueConsumer", expect.toSatisfy((bytes) => bytes < 18_000)],
    ["@dataqueues/core: DataQueueProducer", expect.toSatisfy((bytes) => bytes < 10_500)],
  ]);
  expect((await browserSize('export * from "@dataqueues/core"')).compressed).toBeLessThan(26_500);
});

test("a page that reads through a gateway loads less than 24 kB, and with numpy's arrays less than 38.5 kB, minified and gzip", async () => {
  const sizes = (await gatewayPages()).map(({ name, size }) => [name, size?.compressed]);
  expect(sizes).toEqual([
    ["a page: consumer, websocket", expect.toSatisfy((bytes) => bytes < 24_000)],
    ["a page: consumer, websocket, msgpackNumpy", expect.toSatisfy((bytes) => bytes < 38_500)],
  ]);
});

describe("codecs of arrays for a page, with the arrays and all they depend on, minified and gzip,", () => {
  test.each([
    ["codec-npy", 11_000],
    ["codec-msgpack-numpy", 15_500],
  ])("%s takes less than %d bytes", async (codec, limit) => {
    const arrays = 'export { NdArray, RecordArray } from "@dataqueues/arrays"';
    const { compressed } = await browserSize(`${arrays}; export * from "@dataqueues/${codec}"`);
    expect(compressed).toBeLessThan(limit);
  });
});
