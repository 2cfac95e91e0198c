import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { findCodec } from "../../src/formats/find-codec.ts";
import { UsageError } from "../../src/usage-error.ts";

let folder = "";

const codec = (name: string): string =>
  `{ name: ${JSON.stringify(name)}, encode: (value) => new Uint8Array([value]), decode: (bytes) => bytes[0] }`;

const files: Readonly<Record<string, string>> = {
  "ready.mjs": `export const ready = ${codec("ready")}; export function other() { throw new Error("never called"); }`,
  "maker.mjs": `export default function make(options = {}) { return ${codec("made")}; } export class Limits {}`,
  "later.mjs": `export const later = async () => (${codec("later")});`,
  "typed.ts": `export const typed: object = ${codec("typed")};`,
  "two.mjs": `export const one = ${codec("one")}; export const two = ${codec("two")};`,
  "twice.mjs": `export const one = ${codec("once")}; export default one;`,
  "none.mjs": "export const answer = 42; export function twice(value) { return 2 * value; }",
  "empty.mjs": "",
  "fails.mjs": `export function broken() { throw new Error("no licence"); }`,
  "throws.mjs": `throw new Error("not today");`,
  "node_modules/dataqueues-codec-both/package.json": `{ "type": "module", "exports": { "types": "./none.d.ts", "default": "./index.js" } }`,
  "node_modules/dataqueues-codec-both/index.js": `export const both = () => (${codec("both")});`,
  "node_modules/@lab/codec/package.json": `{ "type": "module", "exports": { ".": { "import": "./index.js" } } }`,
  "node_modules/@lab/codec/index.js": `export const imported = ${codec("imported")};`,
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-codec-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});

afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

describe("codecs of this command", () => {
  test.for([
    ["utf-8", "utf-8"],
    ["utf8", "utf-8"],
    ["UTF_8", "utf-8"],
    ["text", "utf-8"],
    ["ascii", "ascii"],
    ["json", "json"],
    ["npy", "npy"],
    ["Encoding.NPY", "npy"],
    ["msgpack_numpy", "msgpack_numpy"],
    ["msgpack-numpy", "msgpack_numpy"],
    ["msgpack", "msgpack_numpy"],
    ["xarray", "xarray"],
    ["arrow", "xarray"],
    ["xarray_dict", "xarray_dict"],
    ["xarray-dict", "xarray_dict"],
    ["hex", "bytes"],
  ] as const)("%s is %s", async ([name, expected]) => {
    expect((await findCodec(name)).name).toBe(expected);
  });
});

describe("codecs of modules", () => {
  test.for([
    ["./ready.mjs", "ready"],
    ["ready.mjs", "ready"],
    ["./maker.mjs", "made"],
    ["./later.mjs", "later"],
    ["./two.mjs#two", "two"],
    ["./maker.mjs#default", "made"],
    ["./twice.mjs", "once"],
    ["dataqueues-codec-both", "both"],
    ["dataqueues-codec-both#both", "both"],
    ["@lab/codec", "imported"],
    ["@dataqueues/codec-npy", "npy"],
  ] as const)("%s has %s", async ([name, expected]) => {
    vi.spyOn(process, "cwd").mockReturnValue(folder);
    const found = await findCodec(name.startsWith("ready") ? join(folder, name) : name);
    expect(found.name).toBe(expected);
  });

  test("an absolute path is one too", async () => {
    expect((await findCodec(join(folder, "ready.mjs"))).decode(new Uint8Array([7]))).toBe(7);
  });

  test("TypeScript is read where Node reads it, and otherwise the error says which Node does", async () => {
    const found = await findCodec("./typed.ts").catch(String);
    const reads = "typescript" in process.features && process.features.typescript !== false;
    if (reads) expect(found).toMatchObject({ name: "typed" });
    else expect(found).toContain("Node reads TypeScript from 22.18 on");
  });

  test.for([
    ["", "a codec is needed: utf-8, ascii, json, npy, msgpack_numpy, xarray, xarray_dict, bytes, or a module"],
    [
      "nyp",
      "no codec is called nyp, and no package of that name is installed here; a file is written with its path: ./nyp",
    ],
    ["./gone.mjs", "the codec ./gone.mjs is not there: no file "],
    ["./two.mjs", "./two.mjs has several codecs, one, two: choose one, ./two.mjs#one"],
    ["./two.mjs#three", "./two.mjs exports no three, but one, two"],
    ["./none.mjs", "it exports answer, twice"],
    ["./none.mjs#answer", "./none.mjs#answer is no codec and makes none"],
    ["./empty.mjs", "it exports nothing"],
    ["./fails.mjs", "it exports broken (broken: no licence)"],
    ["./fails.mjs#broken", "has name, encode and decode: no licence"],
    ["./throws.mjs", "the codec ./throws.mjs cannot be loaded: Error: not today"],
    [
      "@dataqueues/codec-text",
      "@dataqueues/codec-text has several codecs, ascii, utf8: choose one, @dataqueues/codec-text#ascii",
    ],
  ] as const)("%j is refused: %s", async ([name, message]) => {
    const refused: unknown = await findCodec(name).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(String(refused)).toContain(message);
  });
});
