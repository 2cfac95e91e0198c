import { slots } from "@dataqueues/arrow-ipc";
import { expect, test } from "vitest";
import { arrow } from "../src/index.ts";
import { batch, int, int8, schema, stream } from "./arrow-messages.ts";
import type { BatchPartsGiven, FieldParts } from "./arrow-messages.ts";

const none = new Uint8Array();
const item: FieldParts = { ...int8, name: "item" };
const two = Int8Array.of(1, 2);
const union = (mode: number): FieldParts => ({
  type: "Union",
  parameters: { [slots.union.mode]: { i16: mode }, [slots.union.typeIds]: { i32s: [0, 1] } },
  children: [item, { ...item, name: "other" }],
});
const fixedSizeBinary = (width: number): FieldParts => ({
  type: "FixedSizeBinary",
  parameters: { [slots.fixedSizeBinary.byteWidth]: { i32: width } },
});
const listSize = { [slots.fixedSizeList.listSize]: { i32: 2 } };

/** One value of each kind in a dictionary: its weight, and what its own array takes beyond its bytes. */
type Kind = readonly [
  what: string,
  field: FieldParts,
  given: Omit<BatchPartsGiven, "length">,
  weight: number,
  own?: number,
];

const kinds: readonly Kind[] = [
  ["a null", { type: "Null" }, { nodes: [[1, 1]], buffers: [] }, 64, 64],
  ["a boolean", { type: "Bool" }, { nodes: [[1, 0]], buffers: [none, two] }, 8],
  ["a number", { type: "Int", parameters: int(32) }, { nodes: [[1, 0]], buffers: [none, Int32Array.of(1)] }, 8],
  ["bytes of one size", fixedSizeBinary(20), { nodes: [[1, 0]], buffers: [none, new Uint8Array(20)] }, 20],
  ["no bytes", fixedSizeBinary(0), { nodes: [[1, 0]], buffers: [none, none] }, 64, 64],
  [
    "text",
    { type: "Utf8" },
    { nodes: [[1, 0]], buffers: [none, Int32Array.of(1, 3), Uint8Array.of(97, 97, 97)] },
    2 + 8,
  ],
  [
    "a view",
    { type: "Utf8View" },
    { nodes: [[1, 0]], buffers: [none, Int32Array.of(13, 0, 0, 0), new Uint8Array(13)], viewBuffers: [1] },
    13 + 8,
  ],
  [
    "a list",
    { type: "List", children: [item] },
    {
      nodes: [
        [1, 0],
        [2, 0],
      ],
      buffers: [none, Int32Array.of(0, 2), none, two],
    },
    8 + 2 * 8,
  ],
  [
    "a list of one size",
    { type: "FixedSizeList", parameters: listSize, children: [item] },
    {
      nodes: [
        [1, 0],
        [2, 0],
      ],
      buffers: [none, none, two],
    },
    64 + 2 * 8,
  ],
  [
    "a struct",
    { type: "Struct", children: [item] },
    {
      nodes: [
        [1, 0],
        [1, 0],
      ],
      buffers: [none, none, two],
    },
    64 + 8,
  ],
  [
    "a sparse union",
    union(0),
    {
      nodes: [
        [1, 0],
        [1, 0],
        [1, 0],
      ],
      buffers: [Int8Array.of(1), none, two, none, two],
    },
    64 + 2 * 8,
  ],
  [
    "a dense union",
    union(1),
    {
      nodes: [
        [1, 0],
        [0, 0],
        [2, 0],
      ],
      buffers: [Int8Array.of(1), Int32Array.of(1), none, none, none, two],
    },
    8 + 8,
  ],
];

test.for(kinds)("%s in a dictionary counts for each of its indices", ([, field, given, weight, own = 0]) => {
  const bytes = stream(
    schema([{ ...field, name: "v", dictionary: { id: 1, bits: 8 } }]),
    batch({ length: 1, ...given, dictionary: { id: 1 } }),
    batch({ length: 1000, nodes: [[1000, 0]], buffers: [none, new Int8Array(1000)] }),
  );
  const perDictionaryValue = 16;
  const perIndex = 8;
  const total = own + perDictionaryValue + 1000 * (perIndex + weight);
  const maxExpandedBytes = total - bytes.length;
  expect(arrow({ maxExpandedBytes }).decode(bytes).numRows).toBe(1000);
  expect(() => arrow({ maxExpandedBytes: maxExpandedBytes - 1 }).decode(bytes)).toThrow(
    expect.objectContaining({ code: "limit", path: "v" }),
  );
});

test("each value of a dictionary has its own weight, also one of a delta", () => {
  const texts = (isDelta: boolean): ReturnType<typeof batch> =>
    batch({
      length: 2,
      nodes: [[2, 0]],
      buffers: [none, Int32Array.of(0, 1, 100), new Uint8Array(100)],
      dictionary: { id: 1, isDelta },
    });
  const field: FieldParts = { name: "v", type: "Utf8", dictionary: { id: 1, bits: 8 } };
  const many = batch({ length: 400, nodes: [[400, 0]], buffers: [none, new Int8Array(400).fill(3)] });
  const larger = stream(schema([field]), texts(false), texts(true), many);
  const limit = 16 * 2 + 16 * 4 + 400 * (8 + 8 + 99) - larger.length;
  expect(arrow({ maxExpandedBytes: limit }).decode(larger).numRows).toBe(400);
  expect(() => arrow({ maxExpandedBytes: limit - 1 }).decode(larger)).toThrow(
    expect.objectContaining({ code: "limit" }),
  );
});
