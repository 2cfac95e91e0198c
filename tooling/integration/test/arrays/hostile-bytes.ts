/**
 * Decodes hostile bytes and prints what went wrong as JSON. `hostile-bytes.test.ts` runs it in a process with little memory.
 * Every result must be a value, or a FormatError with a code and an offset, within 50 ms and within three times the bytes
 * plus 1 MB of memory. Only messages that consist of the most expensive values may take 100 times their bytes, of which 64
 * stay, and a second for each MB.
 */
import { readFileSync } from "node:fs";
import { inspect } from "node:util";

import { FormatError } from "@dataqueues/arrays";
import { decode as decodeMsgpack, msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import type { MsgpackNumpyCodec } from "@dataqueues/codec-msgpack-numpy";
import { decode as decodeNpy } from "@dataqueues/codec-npy";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

const seed = Number(process.argv[2]);
const mutants = Number(process.argv[3]);
const packages = new URL("../../../../packages/", import.meta.url);
const problems: string[] = [];
const codes = new Map<string, number>();
let decoded = 0;
let slowest = 0;
/** The most memory that a message took beyond three times its bytes. */
let largest = 0;

const generator = mersenne(seed);
const random = (below: number): number => uniformInt(generator, 0, below - 1);

function memory(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Decode = (bytes: Uint8Array) => unknown;

/** The processor time of this thread, which other processes do not affect. */
function milliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function attempt(decode: Decode, bytes: Uint8Array): { ms: number; grown: number; error: unknown } {
  const before = memory();
  const start = milliseconds();
  let value: unknown;
  let error: unknown;
  try {
    value = decode(bytes);
  } catch (thrown) {
    error = thrown;
  }
  const found = { ms: milliseconds() - start, grown: memory() - before, error };
  // Logging the value must not fail either.
  inspect(value);
  return found;
}

/**
 * @param expensive - whether these bytes were made to take time or memory. Then garbage is collected before, so that all
 *   allocations are counted: the young generation that `hostile-bytes.test.ts` sets is large enough for them.
 */
function check(
  name: string,
  decode: Decode,
  bytes: Uint8Array,
  expensive = false,
  most = 3 * bytes.length + 2 ** 20,
  mostMs = 50,
): void {
  decoded += 1;
  const run = (): ReturnType<typeof attempt> => {
    if (expensive) globalThis.gc?.();
    return attempt(decode, bytes);
  };
  let best = run();
  // A single slow run may be due to the garbage collector or the compiler, so the best of four counts.
  for (let again = 0; again < 3 && (best.ms > mostMs || best.grown > most); again += 1) {
    const next = run();
    best = { ms: Math.min(best.ms, next.ms), grown: Math.min(best.grown, next.grown), error: next.error };
  }
  const { ms, grown, error } = best;
  if (mostMs === 50) slowest = Math.max(slowest, ms);
  largest = Math.max(largest, grown - 3 * bytes.length);
  const hex = Buffer.from(bytes.subarray(0, 200)).toString("hex");
  if (ms > mostMs) problems.push(`${name}: ${ms} ms for ${hex}`);
  if (grown > most) problems.push(`${name}: ${grown} bytes of memory for ${hex}`);
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
  ["a dict of itself", bytesOf("df00ffffff".repeat(2_000))],
] as const) {
  check(`msgpack ${name}`, decodeMsgpack, bytes, true);
}
// A megabyte of each value that takes more memory than bytes, also in lists and dicts with one item.
for (const [unit, count] of [
  ["c0", 1_000_000],
  ["90", 1_000_000],
  ["80", 1_000_000],
  ["a0", 1_000_000],
  ["c400", 500_000],
  ["c40100", 333_333],
  ["d40100", 333_333],
  ["d6ff00000000", 166_666],
  ["c70001", 333_333],
  ["9100", 500_000],
  ["920001", 333_333],
  ["81a000", 333_333],
  ["810000", 333_333],
  ["81c000", 333_333],
] as const) {
  const bytes = bytesOf(`dd${count.toString(16).padStart(8, "0")}${unit.repeat(count)}`);
  check(`msgpack ${count} times ${unit}`, decodeMsgpack, bytes, true, 100 * bytes.length, 1_000);
}
// Ten megabytes of them, a producer's default limit, are refused before the heap is full.
for (const unit of ["90", "80", "91c0", "c400", "810000", "d6ff00000000"]) {
  const count = Math.floor(10_000_000 / (unit.length / 2));
  const bytes = bytesOf(`dd${count.toString(16).padStart(8, "0")}${unit.repeat(count)}`);
  check(`msgpack 10 MB of ${unit}`, decodeMsgpack, bytes, true, 2 ** 28, 10_000);
}
// Extensions that have messages of the same codec: their memory counts for the message around them.
const nested: MsgpackNumpyCodec = msgpackNumpy({
  extensionCodec: { tryToEncode: () => null, decode: (bytes) => nested.decode(bytes) },
});
const emptyDicts = `c8ffff05dcfffc${"80".repeat(0xfffc)}`;
check(
  "msgpack 10 MB of dicts in extensions",
  (bytes) => nested.decode(bytes),
  bytesOf(`dc0098${emptyDicts.repeat(152)}`),
  true,
  2 ** 28,
  10_000,
);
check(
  "msgpack a million extensions in each other",
  (bytes) => nested.decode(bytes),
  extensionsInEachOther(1_000_000),
  true,
);
const distinct = Array.from(
  { length: 100_000 },
  (_, index) => `81a5${Buffer.from(String(10_000 + index).slice(-5)).toString("hex")}00`,
);
check("msgpack 100,000 keys", decodeMsgpack, bytesOf(`dd000186a0${distinct.join("")}`), true, 100e6, 1_000);

function extensionsInEachOther(levels: number): Uint8Array {
  const bytes = new Uint8Array(6 * levels + 1);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < 6 * levels; at += 6) {
    view.setUint8(at, 0xc9);
    view.setUint32(at + 1, bytes.length - at - 6);
    view.setUint8(at + 5, 5);
  }
  return bytes;
}

/** An npy file with this header and this number of data bytes. */
function npyFile(header: string, dataBytes = 0): Uint8Array {
  const text = Buffer.from(header);
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 2, 0, 0, 0, 0, 0]);
  start.writeUInt32LE(text.length, 8);
  return new Uint8Array(Buffer.concat([start, text, Buffer.alloc(dataBytes)]));
}
const dict = (descr: string, shape: string, order = "False"): string =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }`;
for (const [name, bytes] of [
  ["9,000 brackets", npyFile("(".repeat(9_000))],
  ["9,000 lists", npyFile(dict(`[${"[],".repeat(2_900)}]`, "()"))],
  ["a header of 4 GB", bytesOf("934e554d50590200ffffffff")],
  ["8 TB that are not there", npyFile(dict("'<f8'", "(1000000000000,)"), 16)],
  ["a large and an empty dimension", npyFile(dict("'<f8'", "(1099511627776, 0)", "True"))],
  ["many items of no bytes", npyFile(dict("'|S0'", "(1099511627776, 64)", "True"))],
  [
    "64 dimensions in Fortran order",
    npyFile(dict("'|u1'", `(${"2, ".repeat(16)}${"1, ".repeat(48)})`, "True"), 65_536),
  ],
  ["a text without an end", npyFile(`{'descr': '${"\\\\".repeat(4_000)}`)],
] as const) {
  check(`npy ${name}`, decodeNpy, bytes, true);
}

process.stdout.write(
  JSON.stringify({
    decoded,
    slowest: Math.round(slowest),
    largest,
    problems: problems.slice(0, 20),
    codes: [...codes].map(([code, count]) => `${code} ${count}`),
  }),
);
