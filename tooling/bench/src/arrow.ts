import { loadavg } from "node:os";

import { Dataset, NdArray } from "@dataqueues/arrays";
import { arrow, fromTable, toTable } from "@dataqueues/codec-arrow";
import { tableFromIPC as flechetteTable } from "@uwdata/flechette";
import { Dictionary, Int32, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from "apache-arrow";

import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median, timeInTurns } from "./timing.ts";
import type { Work } from "./timing.ts";

const rounds = 120;
const warmUp = 2_000;
const [times, channels] = [64, 16_384];
const [rowsOfBatch, batches] = [20_000, 5];

/** Power of 64 spectra, 8 MiB in few columns. */
function spectra(): Dataset {
  const power = Float64Array.from({ length: times * channels }, (_, index) => Math.sin(index));
  return new Dataset({
    dataVars: { power: [["time", "frequency"], NdArray.from(power, { shape: [times, channels] }), { units: "Jy" }] },
    coords: {
      time: Float64Array.from({ length: times }, (_, index) => 5.179e9 + index * 0.9),
      frequency: Float64Array.from({ length: channels }, (_, index) => 0.95e9 + index * 13_440),
      antenna: ["time", Array.from({ length: times }, (_, index) => `SKA${index}`)],
    },
    attrs: { scan_id: 9 },
  });
}

/** A log of events. A text and a category in each row are the most that a guard has to check. */
function events(rows: number): Table {
  const numbers = Array.from({ length: rows }, (_, row) => row);
  return new Table({
    time: vectorFromArray(Float64Array.from(numbers, (row) => row / 2)),
    scan: vectorFromArray(Int32Array.from(numbers)),
    message: vectorFromArray(
      numbers.map((row) => `event ${row} of an antenna`),
      new Utf8(),
    ),
    antenna: vectorFromArray(
      numbers.map((row) => `SKA${row % 64}`),
      new Dictionary(new Utf8(), new Int32()),
    ),
  });
}

const codec = arrow();
const dataset = spectra();
const batch = events(rowsOfBatch);
const log = batch.concat(...Array.from({ length: batches - 1 }, () => batch));

/** The works on one message, each with its number of calls in a row. */
function worksOn(what: string, table: Table, calls: number): readonly Work[] {
  const bytes = tableToIPC(table, "stream");
  const aligned = bytes.slice();
  const unaligned = new Uint8Array(bytes.length + 1).subarray(1);
  unaligned.set(bytes);
  const copy = (): Uint8Array => {
    const copied = new Uint8Array(bytes.length);
    copied.set(bytes);
    return copied;
  };
  return [
    [`${what}: memcpy`, copy, 1],
    [`${what}: arrow() decode, aligned`, () => codec.decode(aligned), calls],
    [`${what}: arrow() decode, unaligned`, () => codec.decode(unaligned), 1],
    [`${what}: apache-arrow tableFromIPC`, () => tableFromIPC(aligned), calls],
    [`${what}: flechette tableFromIPC`, () => flechetteTable(aligned), calls],
    [`${what}: arrow() encode`, () => codec.encode(table), 1],
    [`${what}: apache-arrow tableToIPC`, () => tableToIPC(table, "stream"), 1],
  ];
}

const datasetTable = toTable(dataset);
const spectraWorks: readonly Work[] = [
  ...worksOn("spectra", datasetTable, 50),
  ["spectra: toTable", () => toTable(dataset), 50],
  ["spectra: fromTable", () => fromTable(datasetTable), 50],
];
const eventsWorks: readonly Work[] = [...worksOn("events", log, 1), ["events: fromTable", () => fromTable(log), 1]];

const [load = 0] = loadavg();
const [small, few] = [toTable(dataset.isel({ time: [0], frequency: [0] })), events(3)];
for (let count = 0; count < warmUp; count += 1) {
  for (const table of [small, few]) fromTable(codec.decode(codec.encode(table)));
  flechetteTable(tableToIPC(small, "stream"));
}
const timings = new Map([...(await timeInTurns(spectraWorks, rounds)), ...(await timeInTurns(eventsWorks, rounds))]);

/** The fastest round shows the work itself; the median also includes what else the machine does. */
const fastest = (name: string): number => Math.min(...(timings.get(name) ?? []));
const row = ([name, milliseconds]: readonly [string, readonly number[]]): string => {
  const [microseconds, middle] = [fastest(name), median(milliseconds)].map((value) => formatNumber(1000 * value));
  const what = name.slice(0, name.indexOf(":"));
  const ratios = ["memcpy", "apache-arrow tableFromIPC"].map((other) =>
    (fastest(name) / fastest(`${what}: ${other}`)).toFixed(2),
  );
  return `| ${name} | ${microseconds} | ${middle} | ${ratios.join(" | ")} |`;
};
const megabytes = (table: Table): string => (tableToIPC(table, "stream").length / 2 ** 20).toFixed(1);
const report = `# Arrow tables

${date}, ${processor(`, load ${load.toFixed(1)} before and ${loadavg()[0]?.toFixed(1)} after`)}, Node ${process.version}.

"spectra" is the Table of a Dataset, ${megabytes(datasetTable)} MiB in ${datasetTable.numCols} lists. "events" is a table of ${log.numRows} rows in ${batches} batches, ${megabytes(log)} MiB, with two
columns of numbers, one of text, and one of text in a dictionary. ${rounds} interleaved rounds of one run for each of them; what only
makes views of spectra is called 50 times in a row. memcpy copies the same bytes into new memory. apache-arrow and flechette
trust the bytes; \`arrow()\` reads them with apache-arrow after it has checked them. No reader decodes text before it is asked.

| | fastest, µs | median, µs | fastest, of memcpy | fastest, of apache-arrow tableFromIPC |
|---|---|---|---|---|
${[...timings].map(row).join("\n")}
`;
console.log(report);
await writeReport("arrow", report);
