import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import type { FieldDescr } from "@dataqueues/arrays";
import { describe, expect, test } from "vitest";

import { decode, encode } from "../src/index.ts";

/** A file that numpy wrote for an array without items: its length, its first 12 bytes and its hash. */
interface Written {
  readonly bytes: number;
  readonly start: string;
  readonly sha256: string;
}

/** What numpy.load reads from a header, or null if it refuses it. */
type Read = { readonly descr: string | readonly FieldDescr[]; readonly shape: readonly number[] } | null;

/** Made by tooling/python/scripts/npy_vectors.py. */
const vectors = JSON.parse(readFileSync(new URL("vectors/header-edges.json", import.meta.url), "utf8")) as {
  readonly names: readonly (Written & { readonly name: string | readonly [string, string] })[];
  readonly lengths: readonly (Written & { readonly letter: string; readonly length: number })[];
  readonly shapes: readonly (Written & { readonly shape: readonly number[] })[];
  readonly texts: readonly { readonly text: string; readonly version1: Read; readonly version3: Read }[];
};

const anySize = { maxHeaderBytes: Infinity };

/** Writes an array, and checks that the same is read again. */
function writtenOf(array: NdArray | RecordArray): Written {
  const file = encode(array, anySize);
  const again = decode(file, anySize);
  expect([again.dtype, again.shape]).toEqual([array.dtype, array.shape]);
  const start = Buffer.from(file.subarray(0, 12)).toString("hex");
  return { bytes: file.length, start, sha256: createHash("sha256").update(file).digest("hex") };
}

const withField = (name: FieldDescr[0]): RecordArray => new RecordArray([[name, "|u1"]], [0], new Uint8Array());

describe("a header is written as numpy.save writes it, and read again", () => {
  test.each(vectors.names)("with a field named $name", ({ name, ...written }) => {
    expect(writtenOf(withField(name))).toEqual(written);
  });

  test.each(vectors.lengths)("with a name of $length times $letter", ({ letter, length, ...written }) => {
    expect(writtenOf(withField(letter.repeat(length)))).toEqual(written);
  });

  test.each(vectors.shapes)("with the shape $shape", ({ shape, ...written }) => {
    const items = shape.reduce((product, size) => product * size, 1);
    expect(writtenOf(NdArray.fromBytes("|u1", shape, new Uint8Array(items)))).toEqual(written);
  });
});

/** A header in a file of its version, with 200 zeros as data. */
function fileOf(text: string, version: 1 | 2 | 3): Uint8Array {
  const head = Buffer.from(`${text}\n`, version === 3 ? "utf8" : "latin1");
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([
    Uint8Array.of(0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0),
    size.subarray(0, version === 1 ? 2 : 4),
    head,
    Buffer.alloc(200),
  ]);
}

function reads(text: string, version: 1 | 2 | 3): Read {
  try {
    const { dtype, shape } = decode(fileOf(text, version), { trailing: "ignore" });
    return { descr: dtype, shape };
  } catch (error) {
    expect(error).toMatchObject({ name: "FormatError", codec: "npy", offset: expect.any(Number) });
    return null;
  }
}

/** numpy takes the last of two equal keys; here such a header is refused because it is ambiguous. */
const hasDuplicateKey = (text: string): boolean => text.split("'shape'").length > 2;

describe("a handwritten header is read or refused as by numpy.load", () => {
  test.each(vectors.texts.filter(({ text }) => !hasDuplicateKey(text)))("$text", ({ text, version1, version3 }) => {
    expect(reads(text, 1)).toEqual(version1);
    expect(reads(text, 2)).toEqual(version1);
    expect(reads(text, 3)).toEqual(version3);
  });

  test("a duplicate key is refused, of which numpy takes the last", () => {
    const [twice] = vectors.texts.filter(({ text }) => hasDuplicateKey(text));
    expect(twice?.version1).not.toBeNull();
    expect(() => decode(fileOf(twice?.text ?? "", 1))).toThrow(
      expect.objectContaining({ code: "header-syntax", message: expect.stringContaining("a key occurs twice") }),
    );
  });
});
