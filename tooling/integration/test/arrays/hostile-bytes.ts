/**
 * Decodes hostile bytes in a process of its own with little memory and prints what went wrong, as JSON. `hostile.test.ts`
 * runs it. Every answer must be a value, or a FormatError with a code and an offset, within 50 ms and within three times
 * the bytes plus 1 MB of memory.
 */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { FormatError } from "@dataqueues/arrays";
import { decode as decodeMsgpack } from "@dataqueues/codec-msgpack-numpy";
import { decode as decodeNpy } from "@dataqueues/codec-npy";

const seed = Number(process.argv[2]);
const mutants = Number(process.argv[3]);
const packages = new URL("../../../../packages/", import.meta.url);
const problems: string[] = [];
const codes = new Map<string, number>();
let decoded = 0;

/** Mulberry32: the same bytes for the same seed everywhere. */
let state = seed;
function random(below: number): number {
  state = (state + 0x6d2b79f5) | 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
}

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Decode = (bytes: Uint8Array) => unknown;

function attempt(decode: Decode, bytes: Uint8Array): { ms: number; grown: number; error: unknown } {
  const before = memory();
  const start = performance.now();
  try {
    inspect(decode(bytes));
    return { ms: performance.now() - start, grown: memory() - before, error: undefined };
  } catch (error) {
    return { ms: performance.now() - start, grown: memory() - before, error };
  }
}

function check(name: string, decode: Decode, bytes: Uint8Array): void {
  decoded += 1;
  let best = attempt(decode, bytes);
  // Another process or the garbage collector may take long once, the decoder must every time.
  for (let again = 0; again < 3 && (best.ms > 50 || best.grown > 3 * bytes.length + 2 ** 20); again += 1) {
    const next = attempt(decode, bytes);
    best = { ms: Math.min(best.ms, next.ms), grown: Math.min(best.grown, next.grown), error: next.error };
  }
  const { ms, grown, error } = best;
  const hex = Buffer.from(bytes.subarray(0, 200)).toString("hex");
  if (ms > 50) problems.push(`${name}: ${ms} ms for ${hex}`);
  if (grown > 3 * bytes.length + 2 ** 20) problems.push(`${name}: ${grown} bytes of memory for ${hex}`);
  if (error === undefined) return;
  if (!(error instanceof FormatError)) problems.push(`${name}: ${inspect(error)} for ${hex}`);
  else if (error.offset === undefined) problems.push(`${name}: ${error.code} without an offset for ${hex}`);
  else codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
}

function mutant(original: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(original);
  for (let flips = 1 + random(3); flips > 0 && bytes.length > 0; flips -= 1) bytes[random(bytes.length)] = random(256);
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length + 1)) : bytes;
}

for (const [name, decode] of [
  ["codec-npy", decodeNpy],
  ["codec-msgpack-numpy", decodeMsgpack],
] as const) {
  const { arrays, values = [] } = JSON.parse(
    readFileSync(new URL(`${name}/test/vectors/vectors.json`, packages), "utf8"),
  ) as {
    arrays: { bytes: string }[];
    values?: { bytes: string }[];
  };
  const vectors = [...arrays, ...values].map(({ bytes }) => new Uint8Array(Buffer.from(bytes, "base64")));
  for (const vector of vectors) {
    for (let length = 0; length < vector.length; length += 1)
      check(`${name} truncated`, decode, vector.subarray(0, length));
  }
  for (let count = 0; count < mutants; count += 1) {
    check(`${name} mutant`, decode, mutant(vectors[random(vectors.length)] ?? new Uint8Array()));
  }
}

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
for (const [name, bytes] of [
  ["nested array32", bytesOf("dd01ffffff".repeat(6))],
  ["24,000 array16", bytesOf("dcffff".repeat(24_000))],
  ["a million levels", new Uint8Array(1_000_000).fill(0x91)],
  ["a million maps", new Uint8Array(1_000_000).fill(0x81)],
  ["str32", bytesOf("dbffffffff")],
  ["bin32", bytesOf("c6ffffffff")],
  ["ext32", bytesOf("c9ffffffff01")],
  ["map32", bytesOf("dfffffffff")],
] as const) {
  check(`msgpack ${name}`, decodeMsgpack, bytes);
}

process.stdout.write(
  JSON.stringify({
    decoded,
    problems: problems.slice(0, 20),
    codes: [...codes].map(([code, count]) => `${code} ${count}`),
  }),
);
