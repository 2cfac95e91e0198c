import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { dtypeFromName, FormatError, NdArray, descrToDtype, dtypeToDescr, RecordArray } from "../src/index.ts";
import type { FieldDescr } from "../src/index.ts";

/** A dtype as the only field of a row; null if numpy refuses it, a reason if only numpy can read it. */
type Read = null | string | readonly [format: readonly unknown[], itemsize: number];

const { strings } = JSON.parse(readFileSync(new URL("vectors/dtype-strings.json", import.meta.url), "utf8")) as {
  readonly strings: Readonly<Record<string, Read>>;
};

/** All strings are compared at once, because an assertion takes far longer than parsing. */
function halves(triples: readonly (readonly [text: string, found: unknown, expected: unknown])[]): {
  readonly found: unknown;
  readonly expected: unknown;
} {
  return {
    found: triples.map(([text, found]) => [text, found]),
    expected: triples.map(([text, , expected]) => [text, expected]),
  };
}

function errorOf(descr: unknown): FormatError | undefined {
  try {
    descrToDtype(descr);
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  return undefined;
}

describe("what numpy.dtype takes", () => {
  const readHere = Object.entries(strings).filter((entry): entry is [string, Exclude<Read, null | string>] =>
    Array.isArray(entry[1]),
  );

  test("is read as a field, with numpy's meaning and size", () => {
    expect(readHere.length).toBeGreaterThan(300);
    const { found, expected } = halves(
      readHere.map(([text, [format, itemsize]]) => {
        const dtype = descrToDtype([["a", text]]);
        return [text, [dtypeToDescr(dtype), dtype.itemsize], [[["a", ...format]], itemsize]];
      }),
    );
    expect(found).toEqual(expected);
  });

  test("is read as a dtype of its own, except subarrays", () => {
    const { found, expected } = halves(
      readHere.map(([text, [[format, shape], itemsize]]) => {
        if (shape !== undefined) return [text, errorOf(text)?.code, "dtype"];
        const dtype = descrToDtype(text);
        const name = typeof format === "string" ? dtypeFromName(text) : format;
        return [text, [dtypeToDescr(dtype), dtype.itemsize, name], [format, itemsize, format]];
      }),
    );
    expect(found).toEqual(expected);
  });
});

test("what numpy.dtype refuses is refused", () => {
  const refused = Object.entries(strings).filter(([, found]) => found === null);
  expect(refused.length).toBeGreaterThan(500);
  const { found, expected } = halves(
    refused.map(([text]) => [text, [errorOf(text)?.code, errorOf([["a", text]])?.code], ["dtype", "dtype"]]),
  );
  expect(found).toEqual(expected);
});

test("dtypes that only numpy can read are refused with the reason", () => {
  const messages: Readonly<Record<string, string>> = {
    object: "pickles run code",
    "long double": "long double",
    "text of any length": "text of any length",
  };
  const outside = Object.entries(strings).filter(([, found]) => typeof found === "string");
  expect(new Set(outside.map(([, reason]) => reason))).toEqual(new Set(Object.keys(messages)));
  for (const [text, reason] of outside) {
    expect([text, errorOf(text)?.message]).toEqual([text, expect.stringContaining(messages[String(reason)] ?? "?")]);
  }
});

test("arrays have the dtype that numpy prints, however it was written", () => {
  expect(NdArray.from([1, 2], "int32")).toMatchObject({ dtype: "<i4", data: Int32Array.of(1, 2) });
  expect(NdArray.from([1], ">d").dtype).toBe("<f8");
  expect(NdArray.fromBytes("half", [1], Uint8Array.of(0, 0x3c)).at(0)).toBe(1);
  const fields: readonly (readonly [FieldDescr, unknown])[] = [
    [
      ["a", "double"],
      ["a", "<f8"],
    ],
    [
      ["a", ">i"],
      ["a", ">i4"],
    ],
    [
      ["a", "2u1"],
      ["a", "|u1", [2]],
    ],
    [["a", "i1,f8"], ["a", [["f0", "|i1"], ["f1", "<f8"]]]], // prettier-ignore
    [
      ["a", "2u1", [3]],
      ["a", "|u1", [3, 2]],
    ],
    [
      ["a", "<f8", []],
      ["a", "<f8"],
    ],
    [
      ["a", ["<f8", [2]], [3]],
      ["a", ["<f8", [2]], [3]],
    ],
  ];
  for (const [field, printed] of fields)
    expect(new RecordArray([field], [0], new Uint8Array()).dtype).toEqual([printed]);
});

test("rows larger than numpy allows are refused before memory is allocated", () => {
  for (const descr of [
    [["a", "|u1", [2 ** 31]]],
    [["a", "V2147483647"], ["b", "u1"]], // prettier-ignore
    [["a", "u1", [0, 2 ** 31]]],
  ]) {
    expect(() => descrToDtype(descr)).toThrow(expect.objectContaining({ code: "dtype" }));
  }
});
