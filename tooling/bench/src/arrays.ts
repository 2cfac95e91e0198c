import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import * as msgpackNumpy from "@dataqueues/codec-msgpack-numpy";
import * as npy from "@dataqueues/codec-npy";
import { python } from "@dataqueues/tooling-python";
import * as msgpack from "@msgpack/msgpack";
import { Packr } from "msgpackr";
import * as npyjs from "npyjs";

import { pointingArray } from "./pointing-array.ts";

const rounds = 15;
const roundMs = 20;
const here = import.meta.dirname;
const payloads = join(here, "../../../packages/schemas/test/fixtures/payloads");
const amplitude: unknown = JSON.parse(await readFile(join(payloads, "amplitude.2baselines.json"), "utf8"));
const msgpackr = new Packr({ useRecords: false });

/** Something to encode and decode: whole, and as far as libraries without arrays can say it. */
interface Subject {
  readonly name: string;
  readonly value: unknown;
  readonly withoutArrays: unknown;
}

const large = NdArray.from(Float64Array.from({ length: 2 ** 20 }, (_, index) => Math.sin(index)));
const small = NdArray.from(Float64Array.from({ length: 64 }, (_, index) => Math.sin(index)));
const pointing = pointingArray(64);
const withoutArrays = ({ dtype, shape, bytes }: { dtype: unknown; shape: unknown; bytes: Uint8Array }): unknown => ({
  nd: true,
  type: dtype,
  kind: "",
  shape,
  data: bytes,
});
const subjects: readonly Subject[] = [
  { name: "8 MiB of f8", value: large, withoutArrays: withoutArrays(large) },
  { name: "64 f8", value: small, withoutArrays: withoutArrays(small) },
  {
    name: "64 pointing rows",
    value: pointing,
    withoutArrays: withoutArrays({ dtype: pointing.dtype, shape: pointing.shape, bytes: pointing.data }),
  },
  { name: "amplitude payload", value: amplitude, withoutArrays: amplitude },
];

const isArray = (value: unknown): value is NdArray | RecordArray =>
  value instanceof NdArray || value instanceof RecordArray;

/** The message so that its last `length` bytes lie `shift` bytes behind a multiple of 8. */
function placed(message: Uint8Array, length: number, shift: number): Uint8Array {
  const start = ((8 - ((message.length - length) % 8)) % 8) + shift;
  const memory = new Uint8Array(message.length + 16);
  memory.set(message, start);
  return memory.subarray(start, start + message.length);
}

/** What is timed, by its name: `subject | format | what | who`. */
const works = new Map<string, () => unknown>();
const folder = await mkdtemp(join(tmpdir(), "dataqueues-bench-"));
const pythonNames = new Map<string, string>();

for (const { name, value, withoutArrays: plain } of subjects) {
  const length = isArray(value) ? (value instanceof NdArray ? value.bytes : value.data).length : 0;
  const message = msgpackNumpy.encode(value);
  const theirs = msgpack.encode(plain);
  const row = (format: string, what: string, who: string): string => [name, format, what, who].join(" | ");
  const file = name.replaceAll(" ", "_");
  works.set(row("msgpack-numpy", "encode", "dataqueues"), () => msgpackNumpy.encode(value));
  works.set(row("msgpack-numpy", "encode", "@msgpack/msgpack"), () => msgpack.encode(plain));
  works.set(row("msgpack-numpy", "encode", "msgpackr"), () => msgpackr.pack(plain));
  works.set(row("msgpack-numpy", "decode", "@msgpack/msgpack"), () => msgpack.decode(theirs));
  works.set(row("msgpack-numpy", "decode", "msgpackr"), () => msgpackr.unpack(theirs));
  await writeFile(join(folder, `${file}.msgpack`), message);
  for (const what of ["encode", "decode"])
    pythonNames.set(`${file}.msgpack ${what}`, row("msgpack-numpy", what, "Python"));
  const aligned = placed(message, length, 0);
  works.set(row("msgpack-numpy", "decode", "dataqueues"), () => msgpackNumpy.decode(aligned));
  if (!isArray(value)) continue;

  const shifted = placed(message, length, 1);
  const bytes = aligned.subarray(aligned.length - length);
  const copy = (): Uint8Array => {
    const memory = new Uint8Array(length);
    memory.set(bytes);
    return memory;
  };
  const saved = npy.encode(value);
  const [savedAligned, savedShifted] = [placed(saved, length, 0), placed(saved, length, 1)];
  works.set(row("msgpack-numpy", "decode unaligned", "dataqueues"), () => msgpackNumpy.decode(shifted));
  works.set(row("npy", "encode", "dataqueues"), () => npy.encode(value));
  works.set(row("npy", "decode", "dataqueues"), () => npy.decode(savedAligned));
  works.set(row("npy", "decode unaligned", "dataqueues"), () => npy.decode(savedShifted));
  await writeFile(join(folder, `${file}.npy`), saved);
  for (const what of ["encode", "decode"]) pythonNames.set(`${file}.npy ${what}`, row("npy", what, "Python"));
  for (const [format, what] of [
    ["msgpack-numpy", "encode"],
    ["msgpack-numpy", "decode unaligned"],
    ["npy", "encode"],
    ["npy", "decode unaligned"],
  ] as const) {
    works.set(row(format, what, "memcpy"), copy);
  }
  if (value instanceof NdArray) {
    const own = saved.slice().buffer;
    works.set(row("npy", "encode", "npyjs"), () =>
      npyjs.dump(Float64Array.from(value.data as Float64Array), [...value.shape]),
    );
    works.set(row("npy", "decode", "npyjs"), () => npyjs.parse(own));
  }
}

let kept: unknown;

/** Microseconds of one call, in a round of `roundMs`. */
function time(work: () => unknown): number {
  const start = performance.now();
  let count = 0;
  let taken = 0;
  do {
    kept = work();
    count += 1;
    taken = performance.now() - start;
  } while (taken < roundMs);
  return (1000 * taken) / count;
}

const timings = new Map<string, number[]>();
const note = (name: string, microseconds: number): void => {
  timings.set(name, [...(timings.get(name) ?? []), microseconds]);
};
for (const work of works.values()) time(work);
for (let round = 0; round < rounds; round += 1) {
  for (const [name, work] of works) note(name, time(work));
  const { stdout } = await promisify(execFile)(await python(), [join(here, "../scripts/array_timings.py"), folder]);
  const measured = JSON.parse(stdout) as Readonly<Record<string, number>>;
  for (const [file, name] of pythonNames) note(name, measured[file] ?? NaN);
}
await rm(folder, { recursive: true });
if (kept === undefined) throw new Error("nothing was measured");

const medians = new Map(
  [...timings].map(([name, all]) => [name, all.toSorted((a, b) => a - b)[all.length >> 1] ?? NaN] as const),
);
const peers = ["memcpy", "Python", "@msgpack/msgpack", "msgpackr", "npyjs"];
const show = (microseconds: number): string =>
  microseconds < 100 ? microseconds.toPrecision(3) : Math.round(microseconds).toLocaleString("en");
const rows = [...medians.keys()]
  .filter((name) => name.endsWith(" | dataqueues"))
  .map((name) => {
    const subject = name.slice(0, -"dataqueues".length);
    const ours = medians.get(name) ?? NaN;
    const others = peers.map((peer) => {
      const theirs = medians.get(subject + peer);
      return theirs === undefined ? "" : `${show(theirs)} (${(ours / theirs).toFixed(2)})`;
    });
    return `| ${subject}${show(ours)} | ${others.join(" | ")} |`;
  });
const report = `# Arrays, side by side

${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown processor"} (${cpus().length} cores), Node ${process.version}. Microseconds a call, medians of ${rounds} interleaved
rounds of ${roundMs} ms in one run; in brackets how many times a peer's time is ours. memcpy is one copy of the array's bytes into
new memory. @msgpack/msgpack and msgpackr have no arrays: they get a dict with text keys and the bytes.
Run it with \`node --conditions=@dataqueues/source tooling/bench/src/arrays.ts\`.

| | format | | dataqueues | ${peers.join(" | ")} |
|---|---|---|--:|${"--:|".repeat(peers.length)}
${rows.join("\n")}
`;
console.log(report);
const results = join(here, "../results");
await mkdir(results, { recursive: true });
await writeFile(join(results, "arrays.md"), report);
