import { readFileSync } from "node:fs";
import { decode } from "@dataqueues/codec-npy";
import { describe, expect, test } from "vitest";

import { arrayText } from "../../src/print/numpy/array-text.ts";

interface Case {
  readonly name: string;
  readonly npy: string;
  readonly text: string;
}

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL("../vectors/array-texts.json", import.meta.url), "utf8"),
);

describe("numpy.array2string prints it so", () => {
  test.for(cases)("$name", ({ npy, text }) => {
    expect(arrayText(decode(Uint8Array.from(Buffer.from(npy, "base64"))))).toBe(text);
  });
});
