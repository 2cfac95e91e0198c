import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { describe, expect, test } from "vitest";

import { decode, encode, Extension } from "../src/index.ts";

/** A value of the suite by the name of its type, and all forms that it may have in msgpack, the shortest first. */
type Example = Readonly<Record<string, unknown>> & { readonly msgpack: readonly string[] };

const path = createRequire(import.meta.url).resolve("msgpack-test-suite/dist/msgpack-test-suite.json");
const suite = JSON.parse(readFileSync(path, "utf8")) as Readonly<Record<string, readonly Example[]>>;
const unhex = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll("-", ""), "hex"));
const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString("hex")
    .replaceAll(/..(?!$)/g, "$&-");

/** The value here of an example; undefined for a timestamp, which here is an extension as any other. */
function valueOf({ timestamp, binary, bignum, ext, ...plain }: Example): unknown {
  if (timestamp !== undefined) return undefined;
  if (typeof binary === "string") return unhex(binary);
  if (Array.isArray(ext)) return new Extension(Number(ext[0]), unhex(String(ext[1])));
  if (typeof bignum === "string") {
    const exact = BigInt(bignum);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }
  return Object.entries(plain).find(([type]) => type !== "msgpack")?.[1];
}

describe("msgpack as https://github.com/kawanet/msgpack-test-suite has it", () => {
  for (const [group, examples] of Object.entries(suite)) {
    test(`${group}: every form is read, and the shortest is written`, () => {
      for (const example of examples) {
        const value = valueOf(example);
        for (const form of example.msgpack) {
          const found = decode(unhex(form));
          if (value === undefined) expect(found).toMatchObject({ type: -1 });
          else if (typeof value === "bigint" && /^c[ab]/.test(form))
            expect([form, found]).toEqual([form, Number(value)]);
          else expect([form, found]).toEqual([form, value]);
          if (value === undefined) expect(example.msgpack).toContain(hexOf(encode(found)));
        }
        if (value === undefined) continue;
        const written = hexOf(encode(value));
        expect(example.msgpack).toContain(written);
        // Python's floats have 8 bytes always, and its integers are never written as floats, which may be shorter.
        const forms = example.msgpack.filter((form) => !/^c[ab]/.test(form));
        if (forms.length > 0) expect(written.length).toBe(Math.min(...forms.map((form) => form.length)));
      }
    });
  }
});
