import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { NdArray, RecordArray } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { python } from "@dataqueues/tooling-python";
import * as msgpack from "@msgpack/msgpack";
import { Packr } from "msgpackr";

import { pointingArray } from "./pointing-array.ts";
import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median, quantile, timeCall } from "./timing.ts";

const rounds = 15;
const roundMs = 60;
const warmUpMs = 200;
const here = import.meta.dirname;
const payloads = join(here, "../../../packages/schemas/test/fixtures/payloads");
const amplitude: unknown = JSON.parse(await readFile(join(payloads, "amplitude.2baselines.json"), "utf8"));
const msgpackr = new Packr({ useRecords: false });
// One codec for many messages, as in a consumer.
const msgpackNumpyCodec = msgpackNumpy();
const npyCodec = npy();

/** A value to encode and decode, and the same value for libraries without arrays. */
interface Subject {
  readonly name: string;
  readonly value: unknown;
  readonly withoutArrays: unknown;
}

const large = NdArray.from(Float64Array.from({ length: 2 ** 20 }, (_, index) => Math.sin(index)));
const small = NdArray.from(Float64Array.from({ length: 64 }, (_, index) => Math.sin(index)));
const pointing = pointingArray(64);
const dicts = Array.from({ length: 100 }, (_, index) => ({
  antenna: `SKA${String(index).padStart(3, "0")}`,
  azimuth: index / 7,
  elevation: index / 3,
  valid: index % 3 > 0,
  scan: index,
  receiver: { band: "b1", attenuation: -index },
}));
const withoutArrays = ({ dtype, shape, bytes }: { dtype: unknown; shape: unknown; bytes: Uint8Array }): unknown => ({
  nd: true,
  type: dtype,
  kind: "",
  shape,
  data: bytes,
});
const subjects: readonly Subject[] = [
  { name: "64 f8", value: small, withoutArrays: withoutArrays(small) },
  {
    name: "64 pointing rows",
    value: pointing,
    withoutArrays: withoutArrays({ dtype: pointing.dtype, shape: pointing.shape, bytes: pointing.data }),
  },
  { name: "amplitude payload", value: amplitude, withoutArrays: amplitude },
  { name: "100 nested dicts", value: dicts, withoutArrays: dicts },
  { name: "8 MiB of f8", value: large, withoutArrays: withoutArrays(large) },
];

/** npyjs supports no structured arrays. */
const subjectsOfNpyjs: ReadonlySet<string> = new Set(["64 f8", "8 MiB of f8"]);

const isArray = (value: unknown): value is NdArray | RecordArray =>
  value instanceof NdArray || value instanceof RecordArray;

/** A copy of the message whose last `length` bytes start `shift` bytes after a multiple of 8 in memory. */
function placed(message: Uint8Array, length: number, shift: number): Uint8Array {
  const start = ((8 - ((message.length - length) % 8)) % 8) + shift;
  const memory = new Uint8Array(message.length + 16);
  memory.set(message, start);
  return memory.subarray(start, start + message.length);
}

/** The functions to time, by name: `subject | format | operation | library`. */
const works = new Map<string, () => unknown>();
const folder = await mkdtemp(join(tmpdir(), "dataqueues-bench-"));

for (const { name, value, withoutArrays: plain } of subjects) {
  const length = isArray(value) ? (value instanceof NdArray ? value.bytes : value.data).length : 0;
  const message = msgpackNumpyCodec.encode(value);
  const theirs = msgpack.encode(plain);
  const row = (format: string, operation: string, library: string): string =>
    [name, format, operation, library].join(" | ");
  const own = join(folder, name);
  await mkdir(own);
  works.set(row("msgpack-numpy", "encode", "dataqueues"), () => msgpackNumpyCodec.encode(value));
  works.set(row("msgpack-numpy", "encode", "@msgpack/msgpack"), () => msgpack.encode(plain));
  works.set(row("msgpack-numpy", "encode", "msgpackr"), () => msgpackr.pack(plain));
  works.set(row("msgpack-numpy", "decode", "@msgpack/msgpack"), () => msgpack.decode(theirs));
  works.set(row("msgpack-numpy", "decode", "msgpackr"), () => msgpackr.unpack(theirs));
  await writeFile(join(own, "array.msgpack"), message);
  const aligned = placed(message, length, 0);
  works.set(row("msgpack-numpy", "decode", "dataqueues"), () => msgpackNumpyCodec.decode(aligned));
  if (!isArray(value)) continue;

  const shifted = placed(message, length, 1);
  const bytes = aligned.subarray(aligned.length - length);
  // This is the fastest copy, because the constructor does not fill the memory with zeros first.
  const copy = (): Uint8Array => new Uint8Array(bytes);
  const saved = npyCodec.encode(value);
  const [savedAligned, savedShifted] = [placed(saved, length, 0), placed(saved, length, 1)];
  works.set(row("msgpack-numpy", "decode unaligned", "dataqueues"), () => msgpackNumpyCodec.decode(shifted));
  works.set(row("npy", "encode", "dataqueues"), () => npyCodec.encode(value));
  works.set(row("npy", "decode", "dataqueues"), () => npyCodec.decode(savedAligned));
  works.set(row("npy", "decode unaligned", "dataqueues"), () => npyCodec.decode(savedShifted));
  await writeFile(join(own, "array.npy"), saved);
  for (const [format, operation] of [
    ["msgpack-numpy", "encode"],
    ["msgpack-numpy", "decode unaligned"],
    ["npy", "encode"],
    ["npy", "decode unaligned"],
  ] as const) {
    works.set(row(format, operation, "memcpy"), copy);
  }
}

/** The timings that another program prints for the files in a folder. */
async function timedBy(program: string, args: readonly string[]): Promise<[name: string, microseconds: number][]> {
  const { stdout } = await promisify(execFile)(program, args);
  return Object.entries(JSON.parse(stdout) as Readonly<Record<string, number>>);
}

const timings = new Map<string, number[]>();
const note = (name: string, microseconds: number): void => {
  timings.set(name, [...(timings.get(name) ?? []), microseconds]);
};
// One subject after the other, so that the memory of the large one does not slow down the others.
for (const { name: subject } of subjects) {
  const own = [...works].filter(([name]) => name.startsWith(`${subject} | `));
  const batches = new Map(own.map(([name, work]) => [name, Math.ceil(100 / timeCall(work, warmUpMs))]));
  for (let round = 0; round < rounds; round += 1) {
    // Each function is the first one once, because the first allocates the memory that the others use again.
    const first = round % own.length;
    for (const [name, work] of [...own.slice(first), ...own.slice(0, first)]) {
      timeCall(work, roundMs / 2);
      note(name, timeCall(work, roundMs, batches.get(name) ?? 1));
    }
    const files = join(folder, subject);
    const byPython = await timedBy(await python(), [join(here, "../scripts/array_timings.py"), files]);
    for (const [name, measured] of byPython) note(`${subject} | ${name} | Python`, measured);
    if (!subjectsOfNpyjs.has(subject)) continue;
    const byNpyjs = await timedBy(process.execPath, [join(here, "npyjs-timings.ts"), files]);
    for (const [name, measured] of byNpyjs) note(`${subject} | ${name} | npyjs`, measured);
  }
}
await rm(folder, { recursive: true });

const timingsOf = (name: string): readonly number[] => timings.get(name) ?? [];
const medianOf = (name: string): number => median(timingsOf(name));
const peers = ["memcpy", "Python", "@msgpack/msgpack", "msgpackr", "npyjs"];
const rows = [...timings.keys()]
  .filter((name) => name.endsWith(" | dataqueues"))
  .map((name) => {
    const subject = name.slice(0, -"dataqueues".length);
    const others = peers.map((peer) =>
      timings.has(subject + peer)
        ? `${formatNumber(medianOf(subject + peer))} (${(medianOf(name) / medianOf(subject + peer)).toFixed(2)})`
        : "",
    );
    const range = [0.25, 0.75].map((part) => formatNumber(quantile(timingsOf(name), part))).join("–");
    return `| ${subject}${formatNumber(medianOf(name))} | ${range} | ${others.join(" | ")} |`;
  });

/** The goals: the maximum of our time, as a multiple of a peer's time or, without a peer, in microseconds. */
const goals: readonly (readonly [subject: string, peer: string | undefined, limit: number])[] = [
  ["8 MiB of f8 | msgpack-numpy | encode", "memcpy", 1.3],
  ["8 MiB of f8 | npy | encode", "memcpy", 1.3],
  ["8 MiB of f8 | msgpack-numpy | decode", undefined, 20],
  ["8 MiB of f8 | npy | decode", undefined, 20],
  ["8 MiB of f8 | msgpack-numpy | decode unaligned", "memcpy", 1.3],
  ["8 MiB of f8 | npy | decode unaligned", "memcpy", 1.3],
  ...["64 f8", "64 pointing rows", "amplitude payload"].flatMap((subject) =>
    ["encode", "decode"].flatMap((operation) =>
      ["Python", "@msgpack/msgpack"].map((peer) => [`${subject} | msgpack-numpy | ${operation}`, peer, 1] as const),
    ),
  ),
  ...["64 f8", "64 pointing rows"].flatMap((subject) =>
    ["encode", "decode"].map((operation) => [`${subject} | npy | ${operation}`, "Python", 1] as const),
  ),
];
const goalRows = goals.map(([subject, peer, limit]) => {
  const ours = medianOf(`${subject} | dataqueues`);
  const measured = peer === undefined ? ours : ours / medianOf(`${subject} | ${peer}`);
  const shown = peer === undefined ? formatNumber(measured) : measured.toFixed(2);
  const unit = peer === undefined ? " µs" : ` × ${peer}`;
  const isReached = measured <= limit ? "yes" : "no";
  return `| ${subject.replaceAll(" | ", ", ")} | ${limit}${unit} | ${shown}${unit} | ${isReached} |`;
});

const report = `# npy and msgpack-numpy beside Python and other libraries

${date}, ${processor()}, Node ${process.version}.

Microseconds of processor time of the calling thread for one call, which other programs on the machine hardly affect. The
numbers are medians of ${rounds} rounds of ${roundMs} ms, after ${warmUpMs} ms to warm up, with the range of the middle half of the rounds. In each
round all libraries take turns. The number in brackets is our time divided by the peer's: below 1 we are faster. memcpy is one
copy of the array's bytes into new memory, in the fastest way in JavaScript. @msgpack/msgpack and msgpackr have no arrays, so
they get a dict with text keys and the bytes. npyjs runs in a separate process, because the code that it loads slows the
others down by half and more. Python is numpy's own \`save\` and \`load\`, and msgpack_numpy on msgpack's C code.
Run it with \`node --conditions=@dataqueues/source tooling/bench/src/arrays.ts\`.

| | format | | dataqueues | range | ${peers.join(" | ")} |
|---|---|---|--:|--:|${"--:|".repeat(peers.length)}
${rows.join("\n")}

Copies of 8 MiB vary widely, as the range shows: the operating system spends much of the time on allocating memory, for us and
for memcpy alike. An unaligned decode is one such copy.

## Goals

| | at most | measured | reached |
|---|--:|--:|---|
${goalRows.join("\n")}
`;
console.log(report);
await writeReport("arrays", report);
