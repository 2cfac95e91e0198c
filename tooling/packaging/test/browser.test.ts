import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findChromium, howToGet, requirements } from "@dataqueues/tooling-machine";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type * as BrowserPage from "../src/browser-page.ts";
import { bundle } from "../src/bundle.ts";
import { root } from "../src/root.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** Messages of Python's libraries, from the tests of the codecs. */
function vectorsOf(codec: string): { name: string; bytes: string }[] {
  const folder = join(root, "packages", `codec-${codec}`, "test/vectors");
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (/\.(arrow|msgpack)$/.test(name)) return [{ name, bytes: hex(readFileSync(path)) }];
    if (name !== "vectors.json") return [];
    const { arrays }: { arrays: { name: string; bytes: string }[] } = JSON.parse(readFileSync(path, "utf8"));
    return arrays.map((each) => ({ name: each.name, bytes: hex(Buffer.from(each.bytes, "base64")) }));
  });
}

const text = ["Grüße 😀", "\0", "plain", ""].map((each) => ({
  name: each,
  bytes: hex(new TextEncoder().encode(each)),
}));
const json = ['{"a": [1, 2.5, -0.0, 9007199254740993, "é", null, true]}', "1.5e300", "[NaN]", "{", '"\\ud800"'].map(
  (each) => ({ name: each, bytes: hex(new TextEncoder().encode(each)) }),
);
const messages = [
  { codec: "text", vectors: text },
  { codec: "ascii", vectors: text },
  { codec: "json", vectors: json },
  ...["npy", "msgpack-numpy", "xarray", "xarray-dict"].map((codec) => ({ codec, vectors: vectorsOf(codec) })),
];

const executablePath = findChromium();
if (executablePath === undefined) {
  console.warn(`Chromium is missing: its tests are skipped. To get it: ${howToGet(requirements.chromium)}`);
}

describe.skipIf(executablePath === undefined)("in a real Chromium", () => {
  let browser: Browser;
  let page: Page;
  let folder: string;
  let here: typeof BrowserPage;
  const failures: string[] = [];

  beforeAll(async () => {
    const { code } = await bundle(`export * from "./src/browser-page.ts"`);
    folder = mkdtempSync(join(tmpdir(), "dataqueues-browser-"));
    writeFileSync(join(folder, "page.mjs"), code);
    here = await import(join(folder, "page.mjs"));

    browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    page = await browser.newPage();
    page.on("pageerror", (error) => failures.push(String(error)));
    const module = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    await page.evaluate(`import("${module}").then((module) => { window.page = module; })`);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(messages)("codec-$codec decodes and encodes as in Node", async ({ codec, vectors }) => {
    expect(vectors.length).toBeGreaterThan(2);
    const expected = [];
    for (const { bytes } of vectors) expected.push(await here.roundTrip(codec, bytes));
    const calls = vectors.map(({ bytes }) => `page.roundTrip("${codec}", "${bytes}")`);
    const found = await page.evaluate<unknown[]>(`Promise.all([${calls.join(",")}])`);
    expect(found).toEqual(expected);
    expect(expected.filter(({ encoded }) => encoded !== "").length).toBeGreaterThan(1);
  });

  test("a consumer reads a log in the page", async () => {
    const found = await page.evaluate<[number, number, { i: number }][]>("page.throughTheLog()");
    expect(found.toSorted(([, , a], [, , b]) => a.i - b.i)).toEqual(
      Array.from({ length: 10 }, (_, i) => [i % 3, Math.floor(i / 3), { i }]),
    );
  });

  test("nothing fails on the way", () => {
    expect(failures).toEqual([]);
  });
});
