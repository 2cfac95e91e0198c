import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { readVector } from "./vectors.ts";

const advice = "write it uncompressed, or register a codec with apache-arrow's compressionRegistry";
const refused: readonly (readonly [file: string, code: string, message: string])[] = [
  ["lz4.arrows", "compression", `the Arrow body is compressed with LZ4; ${advice}`],
  ["zstd.arrow", "compression", `the Arrow body is compressed with ZSTD; ${advice}`],
  ["legacy.arrows", "format", "this is no Arrow stream, or one from before Arrow 0.15; write that anew"],
  [
    "run-end-encoded.arrows",
    "type",
    "column 'odd': apache-arrow cannot read RunEndEncoded; cast it to the type of its values",
  ],
  ["list-view.arrows", "type", "column 'odd': apache-arrow cannot read ListView; cast it to List"],
  ["large-list-view.arrows", "type", "column 'odd': apache-arrow cannot read LargeListView; cast it to LargeList"],
  [
    "dictionary-int64.arrows",
    "type",
    "column 'odd': apache-arrow cannot read dictionaries with indices of 64 bits; cast them to int32",
  ],
  [
    "union-version-4.arrows",
    "type",
    "column 'odd': apache-arrow cannot read unions of Arrow's format 4; write it in format 5",
  ],
  [
    "same-name-twice.arrows",
    "format",
    "two columns have the name 'v', which apache-arrow mixes up; rename one of them",
  ],
  [
    "far-time.arrows",
    "time",
    "column 'odd' has a time at index 0 that apache-arrow's get cannot give; write it as null, or allow it with the option times",
  ],
];

test.each(refused)("%s is refused with the code %s: %s", (file, code, message) => {
  expect(() => arrow().decode(readVector(join("refused", file)))).toThrow(
    expect.objectContaining({ name: "FormatError", codec: "arrow", code, message }),
  );
});

test("every file that is to be refused is looked at", () => {
  const files = readdirSync(join(import.meta.dirname, "vectors", "refused"));
  expect(refused.map(([file]) => file).toSorted()).toEqual(files.toSorted());
});

test("with the option times a time that get cannot give is accepted", () => {
  const column = arrow({ times: "any" }).decode(readVector("refused/far-time.arrows")).getChild("odd");
  expect(() => column?.get(0)).toThrow(TypeError);
  expect(column?.toArray()).toEqual(BigInt64Array.of(2n ** 63n - 1n, 0n));
});
