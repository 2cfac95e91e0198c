import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

import { Dataset, NdArray } from "@dataqueues/arrays";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { PythonCounterpart, scripts } from "@dataqueues/tooling-python";
import { tableFromIPC, tableToIPC } from "apache-arrow";

const rounds = 120;
const pythonEvery = 12;
const warmUp = 2_000;
const [times, channels] = [64, 16_384];

/** Power of 64 spectra, 8 MiB, with the coordinates that such a product has. */
const dataset = new Dataset({
  dataVars: {
    power: [
      ["time", "frequency"],
      NdArray.from(
        Float64Array.from({ length: times * channels }, (_, index) => Math.sin(index)),
        { shape: [times, channels] },
      ),
      { units: "Jy" },
    ],
  },
  coords: {
    // Seconds, as the SKA's tables have them: Python cannot write datetime64 in msgpack_numpy.
    time: Float64Array.from({ length: times }, (_, index) => 5.179e9 + index * 0.9),
    frequency: Float64Array.from({ length: channels }, (_, index) => 0.95e9 + index * 13_440),
    antenna: ["time", Array.from({ length: times }, (_, index) => `SKA${String(index).padStart(3, "0")}`)],
  },
  attrs: { scan_id: 9, _FillValue: NaN },
});

const [arrow, dict] = [xarray(), xarrayDict()];
const [bytes, dictBytes] = [arrow.encode(dataset), dict.encode(dataset)];
const unaligned = new Uint8Array(bytes.length + 1).subarray(1);
unaligned.set(bytes);
const arrowTable = tableFromIPC(bytes);

/** What an encoder must do at least: as many bytes, copied into new memory. */
function copyOnce(): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

const [load = 0] = loadavg();
const taken = new Map<string, number[]>();
let kept: unknown;

function note(name: string, milliseconds: number): void {
  const before = taken.get(name);
  if (before === undefined) taken.set(name, [milliseconds]);
  else before.push(milliseconds);
}

/** What makes views is over so soon that it is called many times; the garbage of another would be most of one call. */
const works: readonly (readonly [name: string, work: () => unknown, calls: number])[] = [
  ["memcpy", copyOnce, 1],
  ["xarray() encode", () => arrow.encode(dataset), 1],
  ["xarray() decode, aligned", () => arrow.decode(bytes), 50],
  ["xarray() decode, unaligned", () => arrow.decode(unaligned), 1],
  ["apache-arrow tableFromIPC", () => tableFromIPC(bytes), 50],
  ["apache-arrow tableToIPC", () => tableToIPC(arrowTable, "stream"), 1],
  ["xarrayDict() encode", () => dict.encode(dataset), 1],
  ["xarrayDict() decode", () => dict.decode(dictBytes), 1],
];

const small = xarray().encode(dataset.isel({ time: [0], frequency: [0] }));
for (let count = 0; count < warmUp; count += 1) {
  kept = arrow.encode(arrow.decode(small));
  kept = dict.encode(dict.decode(dict.encode(arrow.decode(small))));
  kept = tableToIPC(tableFromIPC(small), "stream");
}
const python = await PythonCounterpart.start(join(import.meta.dirname, "..", "scripts", "xarray_times.py"), [scripts]);
for (let round = 0; round < rounds; round += 1) {
  // Each round starts with another one, so that collecting the garbage of one does not always fall to the same next.
  const first = round % works.length;
  for (const [name, work, calls] of [...works.slice(first), ...works.slice(0, first)]) {
    const started = performance.now();
    for (let call = 0; call < calls; call += 1) kept = work();
    note(name, (performance.now() - started) / calls);
  }
  if (round % pythonEvery !== 0) continue;
  for (const [form, message] of [
    ["xarray", bytes],
    ["xarray_dict", dictBytes],
  ] as const) {
    const { value } = await python.request({ form }, message);
    const { encode, decode } = value as { encode: number; decode: number };
    note(`Python ${form} encode`, encode);
    note(`Python ${form} decode`, decode);
  }
}
await python.close();
if (kept === undefined) throw new Error("nothing was measured");

/** The fastest round, which is the work itself, and the median, in which what else the machine does has its part. */
function timesOf(name: string): { fastest: number; median: number } {
  const sorted = (taken.get(name) ?? []).toSorted((a, b) => a - b);
  return { fastest: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}

const memcpy = timesOf("memcpy");
const row = (name: string): string => {
  const { fastest, median } = timesOf(name);
  const ratio = (fastest / memcpy.fastest).toFixed(2);
  return `| ${name} | ${(fastest * 1000).toFixed(0)} | ${(median * 1000).toFixed(0)} | ${ratio} |`;
};
const report = `# An xarray Dataset of ${(bytes.length / 2 ** 20).toFixed(1)} MiB

${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? "unknown processor"} (${cpus().length} cores, load ${load.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} behind), Node ${process.version}, Python's
side as in docs/wire-formats.md with the versions of tooling/python/requirements.txt. ${rounds} interleaved rounds of one run
(Python ${rounds / pythonEvery}, of 5 runs each), of 50 calls in a row where only views are made. memcpy is a copy of the same bytes into new memory.
apache-arrow's tableFromIPC leaves text and the description as they are, and trusts the bytes.
Aims, for the fastest round: encode within 1.5 of memcpy, aligned decode under 200 µs.

| | fastest, µs | median, µs | fastest, of memcpy |
|---|---|---|---|
${[...taken.keys()].map(row).join("\n")}
`;
console.log(report);
const results = join(import.meta.dirname, "..", "results");
await mkdir(results, { recursive: true });
await writeFile(join(results, "xarray.md"), report);
