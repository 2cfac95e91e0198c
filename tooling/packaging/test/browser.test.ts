import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { CodecCasesOptions } from "@dataqueues/testing";
import { findChromium, howToGet, requirements } from "@dataqueues/tooling-machine";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type * as BrowserPage from "../src/browser-page.ts";
import { bundle } from "../src/bundle.ts";
import { publishedPackages } from "../src/repository.ts";

/** What the page has: the functions of browser-page.ts, and what the conformance cases of each codec package try. */
type PageModule = typeof BrowserPage & {
  readonly subjects: Readonly<Record<string, readonly CodecCasesOptions<unknown, unknown>[]>>;
};

const codecs = publishedPackages()
  .filter(({ manifest }) => manifest.keywords?.includes("dataqueues-codec"))
  .map(({ folder }) => ({ codec: basename(folder), test: join(folder, "test") }));

const subjects = codecs.map(({ test }, at) => `import { subjects as of${at} } from "${test}/conformance.ts";`);
const page = `
  export * from "./src/browser-page.ts";
  ${subjects.join("\n")}
  export const subjects = { ${codecs.map(({ codec }, at) => `"${codec}": of${at}`).join(", ")} };
`;

/** Messages of Python's libraries among a codec's test vectors, in hexadecimal. */
function vectorsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (/\.(arrow|msgpack)$/.test(name)) return [readFileSync(path, "hex")];
    if (name !== "vectors.json") return [];
    const { arrays }: { arrays: { bytes: string }[] } = JSON.parse(readFileSync(path, "utf8"));
    return arrays.map(({ bytes }) => Buffer.from(bytes, "base64").toString("hex"));
  });
}

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(`Chromium is missing: its tests are skipped. To get it: ${howToGet(requirements.chromium)}`);
}

describe.skipIf(executablePath === undefined)("in a real Chromium", () => {
  let browser: Browser;
  let there: Page;
  let folder: string;
  let here: PageModule;
  const failures: string[] = [];

  beforeAll(async () => {
    const { code } = await bundle(page);
    folder = mkdtempSync(join(tmpdir(), "dataqueues-browser-"));
    writeFileSync(join(folder, "page.mjs"), code);
    here = await import(join(folder, "page.mjs"));

    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    there = await browser.newPage();
    there.on("pageerror", (error) => failures.push(String(error)));
    const module = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    await there.evaluate(`import("${module}").then((module) => { window.page = module; })`);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(codecs)("$codec decodes and encodes as in Node", async ({ codec, test }) => {
    const found = here.subjects[codec] ?? [];
    expect(found.length).toBeGreaterThan(0);
    for (const [at, { codec: own, values, vectors = [], refused = [] }] of found.entries()) {
      const bytes = [...vectors.map((each) => each.bytes), ...refused].map(here.toHex);
      const messages = [...(await here.encodeAll(own, values)), ...bytes, ...vectorsIn(join(test, "vectors"))];
      const expected = [];
      for (const hex of messages) expected.push(await here.roundTrip(own, hex));
      const calls = messages.map((hex) => `page.roundTrip(page.subjects["${codec}"][${at}].codec, "${hex}")`);
      expect(await there.evaluate<unknown[]>(`Promise.all([${calls.join(",")}])`)).toEqual(expected);
      expect(expected.filter(({ encoded }) => encoded !== "").length).toBeGreaterThan(1);
    }
  });

  test("a consumer reads a log in the page", async () => {
    const found = await there.evaluate<[number, number, { i: number }][]>("page.throughTheLog()");
    expect(found.toSorted(([, , a], [, , b]) => a.i - b.i)).toEqual(
      Array.from({ length: 10 }, (_, i) => [i % 3, Math.floor(i / 3), { i }]),
    );
  });

  test("no page error occurs", () => {
    expect(failures).toEqual([]);
  });
});
