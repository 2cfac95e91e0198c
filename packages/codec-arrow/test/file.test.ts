import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { batch, file, int8 } from "./arrow-messages.ts";
import type { FieldParts } from "./arrow-messages.ts";

const none = new Uint8Array();
const numbers = (...values: number[]): ReturnType<typeof batch> =>
  batch({ length: values.length, nodes: [[values.length, 0]], buffers: [none, Int8Array.from(values)] });
const words: FieldParts = { name: "v", type: "Utf8", dictionary: { id: 7, bits: 8 } };
const dictionary = batch({
  length: 2,
  nodes: [[2, 0]],
  buffers: [none, Int32Array.of(0, 1, 2), new TextEncoder().encode("ab")],
  dictionary: { id: 7 },
});
const one = file({ fields: [int8], batches: [numbers(1, 2)] });

/** A copy whose last bytes are these. */
function endingWith(bytes: Uint8Array, end: readonly number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(end, copy.length - end.length);
  return copy;
}
const magic = [...new TextEncoder().encode("ARROW1")];

test("a file is read by its footer: batches, and before them the dictionaries", () => {
  expect(String(arrow().decode(one).getChild("v"))).toBe("[1,2]");
  const batches = [numbers(1), numbers(0, 0)];
  expect(
    String(
      arrow()
        .decode(file({ fields: [words], dictionaries: [dictionary], batches }))
        .getChild("v"),
    ),
  ).toBe("[b,a,a]");
  expect(arrow().decode(file({ fields: [int8] })).numRows).toBe(0);
});

test("the blocks of a footer may be in any order", () => {
  const turned = file({
    fields: [int8],
    batches: [numbers(1), numbers(2)],
    blocks: (blocks) => [...blocks.slice(3), ...blocks.slice(0, 3)],
  });
  expect(String(arrow().decode(turned).getChild("v"))).toBe("[2,1]");
});

const refused: readonly (readonly [what: string, bytes: Uint8Array, code: string, message: string])[] = [
  ["only the start", one.slice(0, 8), "truncated", "the Arrow file does not end with ARROW1"],
  ["no magic at the end", endingWith(one, [0]), "truncated", "the Arrow file does not end with ARROW1"],
  [
    "a footer larger than the file",
    endingWith(one, [0, 0, 1, 0, ...magic]),
    "format",
    "the footer of an Arrow file cannot have 65536 bytes",
  ],
  [
    "a footer of no bytes",
    endingWith(one, [0, 0, 0, 0, ...magic]),
    "format",
    "the footer of an Arrow file cannot have 0 bytes",
  ],
  [
    "a footer of less than no bytes",
    endingWith(one, [255, 255, 255, 255, ...magic]),
    "format",
    "the footer of an Arrow file cannot have -1 bytes",
  ],
  ["a footer of version 3", file({ fields: [int8], version: 2 }), "format", "of a format before version 4"],
  ["a footer of version 6", file({ fields: [int8], version: 5 }), "format", "of a format after version 5"],
  [
    "a batch twice",
    file({ fields: [int8], batches: [numbers(1)], blocks: (blocks) => [...blocks, ...blocks] }),
    "format",
    "the footer of the Arrow file names the same message twice",
  ],
  [
    "a batch among the dictionaries",
    file({ fields: [words], dictionaries: [numbers(1)] }),
    "format",
    "the footer of the Arrow file names a DictionaryBatch where there is none",
  ],
  [
    "a dictionary among the batches",
    file({ fields: [words], batches: [dictionary] }),
    "format",
    "the footer of the Arrow file names a RecordBatch where there is none",
  ],
  [
    "a block outside",
    file({ fields: [int8], batches: [numbers(1)], blocks: () => [100_000, 0, 0] }),
    "truncated",
    "the Arrow stream ends at byte",
  ],
  [
    "a block before the start",
    file({ fields: [int8], batches: [numbers(1)], blocks: () => [-8, 0, 0] }),
    "flatbuffer",
    "-8 is not a size",
  ],
  [
    "a block whose body no number holds",
    file({ fields: [int8], batches: [numbers(1)], blocks: ([at = 0]) => [at, 0, 2n ** 60n] }),
    "flatbuffer",
    "is not a size",
  ],
  [
    "an index behind its dictionary",
    file({ fields: [words], dictionaries: [dictionary], batches: [numbers(2)] }),
    "size-mismatch",
    "dictionary 7 has 2 values",
  ],
];

test.each(refused)("a file with %s is refused", (_what, bytes, code, message) => {
  expect(() => arrow().decode(bytes)).toThrow(
    expect.objectContaining({ name: "FormatError", codec: "arrow", code, message: expect.stringContaining(message) }),
  );
});
