import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { Dataset, NdArray } from "@dataqueues/arrays";
import type { VariableInput } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { xarray } from "@dataqueues/codec-xarray";
import type { Codec, Schema } from "@dataqueues/core";
import { Amplitude, check, MetricPayload, PointingNumpyArray, PointingTable } from "@dataqueues/schemas";
import type { Numbers } from "@dataqueues/schemas";

import { pointingArray } from "./pointing-array.ts";
import { date, processor, writeReport } from "./report.ts";
import { median } from "./timing.ts";

const antennas = 64;
const rounds = 21;
const roundMs = 20;

/** One value, with the schema that checks it and the codec that encodes it. */
interface Subject {
  readonly name: string;
  readonly value: unknown;
  readonly schema: Schema;
  readonly codec: Codec;
}

function pointingTable(): Dataset {
  const fit: VariableInput = [
    ["time", "antenna", "frequency", "receptor", "angle"],
    NdArray.from(new Float64Array(2 * antennas), { shape: [1, antennas, 1, 1, 2] }),
  ];
  return new Dataset({
    coords: {
      time: [5.179e9],
      antenna: BigInt64Array.from({ length: antennas }, (_item, index) => BigInt(index)),
      frequency: [1.4e9],
      receptor: ["I"],
      angle: ["cross-el", "el"],
    },
    dataVars: {
      pointing: fit,
      weight: fit,
      expected_width: fit,
      fitted_width: fit,
      fitted_width_std: fit,
      residual: [["time", "frequency", "receptor", "angle"], NdArray.from([[[[0.1, 0.2]]]])],
      interval: [["time"], [10.5]],
      datetime: [["time"], NdArray.from([0n], "<M8[ns]")],
    },
    attrs: { data_model: "PointingTable", receptor_frame: "stokesI", pointing_frame: "xel-el" },
  });
}

/** A real payload of two baselines with its entries repeated up to `entries`; 21 baselines of the display have 84. */
async function amplitudes(entries: number, numbers: (list: Numbers) => Numbers): Promise<Amplitude> {
  const file = join(import.meta.dirname, "../../../packages/schemas/test/fixtures/payloads/amplitude.2baselines.json");
  const real = check(Amplitude, JSON.parse(await readFile(file, "utf8")));
  const data = Array.from({ length: entries }, (_item, index) => {
    const entry = real.data[index % real.data.length];
    if (entry === undefined) throw new Error(`${file} has no entries`);
    return { ...entry, data: numbers(entry.data), component: numbers(entry.component) };
  });
  return { ...real, data };
}

const typed = (list: Numbers): Numbers => Float64Array.from(list as readonly number[]);
const packed = { codec: msgpackNumpy() };

const subjects: readonly Subject[] = [
  {
    ...packed,
    name: `pointing array, ${antennas} antennas`,
    value: pointingArray(antennas),
    schema: PointingNumpyArray,
  },
  {
    ...packed,
    name: "amplitudes, 8 × 1024 channels, typed arrays",
    value: await amplitudes(8, typed),
    schema: MetricPayload,
  },
  {
    ...packed,
    name: "amplitudes, 84 × 1024 channels, typed arrays",
    value: await amplitudes(84, typed),
    schema: MetricPayload,
  },
  {
    ...packed,
    name: "amplitudes, 84 × 1024 channels, NdArrays",
    value: await amplitudes(84, (list) => NdArray.from(typed(list) as Float64Array)),
    schema: MetricPayload,
  },
  {
    ...packed,
    name: "amplitudes, 84 × 1024 channels, lists (value by value)",
    value: await amplitudes(84, (list) => list),
    schema: MetricPayload,
  },
  {
    codec: xarray(),
    name: `PointingTable, ${antennas} antennas`,
    value: pointingTable(),
    schema: PointingTable,
  },
];

/** Microseconds per call, measured over one round; waits for promises. */
async function microseconds(call: () => unknown): Promise<number> {
  const started = performance.now();
  let calls = 0;
  let elapsed = 0;
  while (elapsed < roundMs) {
    const result = call();
    if (result instanceof Promise) await result;
    calls += 1;
    elapsed = performance.now() - started;
  }
  return (elapsed * 1000) / calls;
}

const rows: string[] = [];
for (const { name, value, schema, codec } of subjects) {
  const measured = { check: new Array<number>(), encode: new Array<number>(), share: new Array<number>() };
  check(schema, value);
  // The rounds below 0 only warm up the compiler.
  for (let round = -5; round < rounds; round += 1) {
    const checking = await microseconds(() => schema["~standard"].validate(value));
    const encoding = await microseconds(() => codec.encode(value));
    if (round < 0) continue;
    measured.check.push(checking);
    measured.encode.push(encoding);
    measured.share.push(checking / encoding);
  }
  const [checking, encoding] = [median(measured.check), median(measured.encode)];
  const share = `${(100 * median(measured.share)).toFixed(1)} %`;
  rows.push(`| ${name} | ${checking.toFixed(1)} µs | ${codec.name} | ${encoding.toFixed(1)} µs | ${share} |`);
  console.log(rows.at(-1));
}

await writeReport(
  "schemas",
  `# The cost of a schema check beside its encoding

${date}, ${processor()}, Node ${process.version}.

Medians of ${rounds} rounds of ${roundMs} ms, in which checking and encoding take turns. The last column is the median of the ratios of the rounds.

| value | check | encoding | encode | check / encode |
| --- | --: | --- | --: | --: |
${rows.join("\n")}
`,
);
