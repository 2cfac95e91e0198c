// Decodes damaged vectors, in a process of its own with a small heap: `node hostile-bytes-child.ts SEED MUTANTS`.
import { join } from "node:path";
import { Dataset, FormatError } from "@dataqueues/arrays";
import { xarray } from "../src/index.ts";
import { readVectors } from "./vectors.ts";

const [seed = 0, mutants = 0] = process.argv.slice(2).map(Number);
const codec = xarray();
const codes: Record<string, number> = {};
const counts = { truncations: 0, mutants: 0, valid: 0, slowestMs: 0 };

/** The code of the error that decoding ends with; undefined for a Dataset. */
function outcome(bytes: Uint8Array): string | undefined {
  const start = process.cpuUsage();
  try {
    const dataset = codec.decode(bytes);
    if (!(dataset instanceof Dataset)) throw new Error("decode gave something else than a Dataset");
    // What was accepted must also be usable: all values are there, all text is text.
    codec.encode(dataset);
    String(dataset);
    return undefined;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return error.code;
  } finally {
    const { user, system } = process.cpuUsage(start);
    counts.slowestMs = Math.max(counts.slowestMs, (user + system) / 1000);
  }
}

/** https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function mulberry32(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const random = mulberry32(seed);
const below = (limit: number): number => Math.floor(random() * limit);
const telling = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/** One to three bytes changed, or a 32-bit number replaced by a telling one, or a piece copied over another. */
function mutate(bytes: Uint8Array): Uint8Array {
  const mutant = bytes.slice();
  const view = new DataView(mutant.buffer);
  const kind = below(4);
  if (kind === 0) view.setUint32(below(mutant.length - 4), telling[below(telling.length)] ?? 0, true);
  else if (kind === 1) mutant.copyWithin(below(mutant.length), below(mutant.length), below(mutant.length));
  else for (let flips = 1 + below(3); flips > 0; flips--) mutant[below(mutant.length)] = below(256);
  return mutant;
}

for (const { file, bytes } of readVectors(join(import.meta.dirname, "vectors"))) {
  for (let length = 0; length < bytes.length; length++) {
    counts.truncations++;
    if (outcome(bytes.subarray(0, length)) === undefined) throw new Error(`${length} bytes of ${file} make a Dataset`);
  }
  for (let count = 0; count < mutants; count++) {
    counts.mutants++;
    const code = outcome(mutate(bytes));
    if (code === undefined) counts.valid++;
    else codes[code] = (codes[code] ?? 0) + 1;
  }
}
process.stdout.write(JSON.stringify({ ...counts, codes }));
