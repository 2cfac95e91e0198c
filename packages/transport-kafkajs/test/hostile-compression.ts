import { TransportError } from "@dataqueues/core";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

import type { CompressionCodec } from "../src/compression-codecs.ts";
import { codec as loadedZstd } from "../src/zstd-of-webassembly.ts";
import { compress, decompress } from "../src/compression.ts";
import { compressedParts } from "../src/protocol/compressed-parts.ts";
import { compressedVectors } from "./compressed-vectors.ts";

/*
 * Damages compressed bytes, and tries bombs, with each library; prints what became of them. Run by compression.test.ts in a
 * process of its own.
 */

const zstdOfWebAssembly = await loadedZstd;
const seed = Number(process.argv[2]);
const mutants = 15_000;
const limit = 2 ** 22;
const numbers = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;
const telling = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
const text = Buffer.from(Array.from({ length: 3_000 }, (_, index) => `${(index * 7919) % 1000} word;`).join(""));

/** Whole numbers below a limit; the same seed gives the same numbers. */
function randomNumbers(start: number): (below: number) => number {
  const generator = mersenne(start);
  return (below) => uniformInt(generator, 0, below - 1);
}

function damage(original: Buffer, random: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  for (let changes = 1 + random(3); changes > 0; changes--) {
    // Half of them in the headers.
    const place = random(random(2) === 0 ? Math.min(24, bytes.length) : bytes.length);
    const kind = random(4);
    if (kind === 0 && bytes.length >= 4)
      bytes.writeUInt32LE(telling[random(telling.length)] ?? 0, Math.min(place, bytes.length - 4));
    else if (kind === 1) bytes.copyWithin(place, random(bytes.length), random(bytes.length));
    else bytes[place] = random(256);
  }
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

/** As `decompress` does for a Node that has no zstd. */
async function decompressInWebAssembly(bytes: Buffer, mostBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const part of compressedParts("zstd", bytes)) {
    if (part.maxDecompressedSize > mostBytes) throw new RangeError("too large");
    pieces.push(await zstdOfWebAssembly.decompress(part.bytes, part.maxDecompressedSize));
  }
  return Buffer.concat(pieces);
}

type Read = (bytes: Buffer, mostBytes: number) => Promise<Uint8Array>;
const readers: Record<string, { readonly read: Read; readonly write: CompressionCodec["compress"] }> = {
  zstdInWebAssembly: { read: decompressInWebAssembly, write: (bytes) => zstdOfWebAssembly.compress(bytes) },
};
for (const [name, number] of Object.entries(numbers)) {
  readers[name] = {
    read: (bytes, mostBytes) => decompress(number, bytes, mostBytes),
    write: (bytes) => compress(name as keyof typeof numbers, Buffer.from(bytes)),
  };
}

const random = randomNumbers(seed);
const problems: string[] = [];
const outcomes: Record<string, { read: number; refused: number }> = {};
for (const [name, { read, write }] of Object.entries(readers)) {
  const written = Buffer.from(await write(text));
  const vectors = compressedVectors
    .filter(([compression]) => name.startsWith(compression))
    .map(([, , hex]) => Buffer.from(hex, "hex"));
  const originals = [written, ...vectors];
  const outcome = { read: 0, refused: 0 };
  for (let count = 0; count < mutants / 5; count++) {
    const bytes = damage(originals[random(originals.length)] ?? written, random);
    try {
      const { length } = await read(bytes, limit);
      if (length > limit) problems.push(`${name} became ${length} bytes: ${bytes.toString("hex")}`);
      outcome.read += 1;
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      outcome.refused += 1;
    }
  }
  outcomes[name] = outcome;
  if (!text.equals(await read(written, limit))) problems.push(`after damaged bytes ${name} reads wrongly`);
}

/** A number as snappy writes it. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))];
}

const megabyte = 2 ** 20;
/** A block of LZ4 that is one literal and 255 more of it for every byte. */
const lz4Block = Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), Buffer.alloc(megabyte, 255), Buffer.from([0, 0x10, 0])]);
const lz4Size = Buffer.alloc(4);
lz4Size.writeUInt32LE(lz4Block.length);
const lz4Bomb = Buffer.concat([Buffer.from("04224d18604082", "hex"), lz4Size, lz4Block, Buffer.alloc(4)]);
const snappyCopies = Buffer.alloc(3 * megabyte, Buffer.from([0xfe, 1, 0]));
/** Bytes that become more than they say, and such as say that they become much. */
const bombs: [name: string, bytes: Buffer, code: string | undefined][] = [
  // 64 bytes for each three, in front of which stands that they are ten.
  ["snappy", Buffer.concat([Buffer.from([...varint(10), 0, 0]), snappyCopies]), undefined],
  ["snappy", Buffer.concat([Buffer.from([...varint(1 + 64 * megabyte), 0, 0]), snappyCopies]), "RECORD_TOO_LARGE"],
  ["snappy", Buffer.from(varint(2 ** 32 - 1)), undefined],
  // A megabyte for 256 of them, in a block of 64 KiB.
  ["lz4", lz4Bomb, undefined],
  ["lz4", Buffer.concat(Array.from({ length: 100 }, () => lz4Bomb)), "RECORD_TOO_LARGE"],
];
for (const name of ["zstd", "zstdInWebAssembly"]) {
  // Two gigabytes in 64 KiB.
  const blocks = Buffer.alloc(megabyte / 16, Buffer.from("02001000", "hex"));
  const last = Buffer.from("03000000", "hex");
  const bomb = (header: string): Buffer => Buffer.concat([Buffer.from(header, "hex"), blocks, last]);
  // Without a size; in front of which stands that they are ten; that they are 256, with a window of 2 MiB.
  bombs.push([name, bomb("28b52ffd0058"), name === "zstd" ? "RECORD_TOO_LARGE" : undefined]);
  bombs.push([name, bomb("28b52ffd200a"), undefined], [name, bomb("28b52ffd40580000"), undefined]);
}
for (const [name, bytes, code] of bombs) {
  const failure: unknown = await readers[name]?.read(bytes, limit).then(
    ({ length }) => `it became ${length} bytes`,
    (error: unknown) => error,
  );
  const found = failure instanceof TransportError ? failure.code : undefined;
  if (!(failure instanceof Error) || found !== code) problems.push(`a bomb of ${name}: ${String(failure)}`);
}

const maxRssMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ problems, outcomes, maxRssMiB }));
