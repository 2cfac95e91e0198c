import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import * as theirs from "@msgpack/msgpack";
import * as fc from "fast-check";
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

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`@msgpack/msgpack reads what is written here, and the other way round (DATAQUEUES_SEED=${seed})`, () => {
  const key = fc.string({ unit: "grapheme" }).filter((text) => text !== "__proto__");
  const leaf = fc.oneof(
    fc.constantFrom(null, true, false, 0, 127, 128, 65_536, -32, -33, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.integer(),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(key, tie("value"), { maxKeys: 20 }),
    ),
  }));
  fc.assert(
    fc.property(value, (given) => {
      expect(theirs.decode(encode(given))).toEqual(given);
      expect(decode(theirs.encode(given))).toEqual(theirs.decode(theirs.encode(given)));
    }),
    { seed, numRuns: 300 },
  );
});
