import type { Codec } from "@dataqueues/core";
import { describe, expect, test } from "vitest";

import { codecCases } from "../src/index.ts";
import type { CodecCasesOptions } from "../src/index.ts";
import { brokenCodecs } from "./broken-codecs.ts";
import { reference, referenceOptions } from "./reference-codec.ts";

type Options = CodecCasesOptions<Float64Array, Float64Array>;

/** The cases that a codec fails, one after the other as test runners do. */
async function failuresOf(codec: Codec<Float64Array>, more: Partial<Options> = {}): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of codecCases({ ...referenceOptions(codec), ...more })) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

test("a codec that keeps all promises passes", async () => {
  expect(await failuresOf(reference)).toEqual([]);
});

test("there is a broken codec for every case", () => {
  const names = codecCases(referenceOptions(reference)).map(({ name }) => name);
  expect(Object.keys(brokenCodecs).toSorted()).toEqual(names.toSorted());
});

describe("a codec that breaks one promise fails the case of it alone", () => {
  test.each(Object.entries(brokenCodecs))("%s", async (name, broken) => {
    expect(await failuresOf(broken())).toEqual([name]);
  });
});

test("without refusesTruncated a message that is cut short may be a value, but what is thrown must be an Error", async () => {
  const name = "a message that is cut short is a value or an error";
  const options = { refusesTruncated: false };
  const lenient = {
    ...reference,
    decode: (bytes: Uint8Array) => reference.decode(bytes.length === 24 ? Uint8Array.of(0) : bytes),
  };
  expect(await failuresOf(lenient, options)).toEqual([]);
  const broken = {
    ...reference,
    decode(bytes: Uint8Array) {
      if (bytes.length === 24 && bytes[0] === 3) throw "no Error" as unknown;
      return reference.decode(bytes);
    },
  };
  expect(await failuresOf(broken, options)).toContain(name);
});

test("a codec that never settles fails in time", async () => {
  const silent = {
    ...reference,
    decode: (bytes: Uint8Array) => (bytes.length === 0 ? new Promise<never>(() => {}) : reference.decode(bytes)),
  };
  expect(await failuresOf(silent, { timeoutMs: 1_000 })).toEqual(["a message without bytes is a value or an error"]);
});

test("a codec that computes for too long fails, even if it returns in the end", async () => {
  const busy = {
    ...reference,
    decode(bytes: Uint8Array) {
      const until = performance.now() + 1_500;
      while (bytes.length === 0 && performance.now() < until);
      return reference.decode(bytes);
    },
  };
  expect(await failuresOf(busy, { timeoutMs: 1_000 })).toEqual(["a message without bytes is a value or an error"]);
});

test("cases without values to encode are refused", () => {
  expect(() => codecCases({ codec: reference, values: [] })).toThrow("needs a value");
});
