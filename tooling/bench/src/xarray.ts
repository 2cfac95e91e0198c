import { loadavg } from "node:os";
import { join } from "node:path";

import { Dataset, NdArray } from "@dataqueues/arrays";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { PythonCounterpart, scripts } from "@dataqueues/tooling-python";
import { tableFromIPC, tableToIPC } from "apache-arrow";

import { date, processor, writeReport } from "./report.ts";
import { median, timeInTurns } from "./timing.ts";
import type { Work } from "./timing.ts";

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

/** The least that an encoder must do: copy as many bytes into new memory. */
function copyOnce(): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

const [load = 0] = loadavg();
const works: readonly Work[] = [
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
  arrow.encode(arrow.decode(small));
  dict.encode(dict.decode(dict.encode(arrow.decode(small))));
  tableToIPC(tableFromIPC(small), "stream");
}
const python = await PythonCounterpart.start(join(import.meta.dirname, "..", "scripts", "xarray_times.py"), [scripts]);
const pythonTimings = new Map<string, number[]>();
const timings = await timeInTurns(works, rounds, async (round) => {
  if (round % pythonEvery !== 0) return;
  for (const [form, message] of [
    ["xarray", bytes],
    ["xarray_dict", dictBytes],
  ] as const) {
    const { value } = await python.request({ form }, message);
    for (const [operation, milliseconds] of Object.entries(value as { encode: number; decode: number })) {
      const name = `Python ${form} ${operation}`;
      pythonTimings.set(name, [...(pythonTimings.get(name) ?? []), milliseconds]);
    }
  }
});
await python.close();
for (const [name, milliseconds] of pythonTimings) timings.set(name, milliseconds);

/** The fastest round shows the work itself; the median also includes what else the machine does. */
const fastest = (name: string): number => Math.min(...(timings.get(name) ?? []));
const row = ([name, milliseconds]: readonly [string, readonly number[]]): string => {
  const ratio = (fastest(name) / fastest("memcpy")).toFixed(2);
  return `| ${name} | ${(fastest(name) * 1000).toFixed(0)} | ${(median(milliseconds) * 1000).toFixed(0)} | ${ratio} |`;
};
const report = `# An xarray Dataset of ${(bytes.length / 2 ** 20).toFixed(1)} MiB

${date}, ${processor(`, load ${load.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} after`)}, Node ${process.version}.

Python runs the code of docs/wire-formats.md with the versions of tooling/python/requirements.txt. ${rounds} interleaved rounds of
one run (Python: ${rounds / pythonEvery} rounds of 5 runs each), with 50 calls in a row for functions that only make views. memcpy copies the same bytes
into new memory. apache-arrow's tableFromIPC does not decode text and description, and trusts the bytes.
Goals for the fastest round: encode within 1.5 of memcpy, aligned decode under 200 µs.

| | fastest, µs | median, µs | fastest, of memcpy |
|---|---|---|---|
${[...timings].map(row).join("\n")}
`;
console.log(report);
await writeReport("xarray", report);
