import { json } from "@dataqueues/codec-json";

import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median, timeCall } from "./timing.ts";

const rounds = 9;
const roundMs = 60;
const warmUpMs = 200;

const monitor = (index: number): object => ({
  antenna: `SKA${String(index).padStart(3, "0")}`,
  azimuth: index / 7,
  elevation: index / 3,
  valid: index % 3 > 0,
  scan: index,
  receiver: { band: "b1", attenuation: -index },
});
const nested = (levels: number): unknown => (levels === 0 ? 1 : { below: [nested(levels - 1)] });

const subjects: readonly (readonly [name: string, value: unknown])[] = [
  ["a short object", monitor(5)],
  ["100 objects", Array.from({ length: 100 }, (_, index) => monitor(index))],
  ["1e6 fractions", Array.from({ length: 1e6 }, (_, index) => Math.sin(index))],
  ["1e6 whole numbers", Array.from({ length: 1e6 }, (_, index) => index)],
  ["a text of 9 MB", { image: "A".repeat(9e6) }],
  ["a text of 9 MB, every second character with an escape", { log: "a\n".repeat(3e6) }],
  ["500 levels", nested(250)],
];

const codec = json();
const decoder = new TextDecoder("utf-8", { fatal: true });
const encoder = new TextEncoder();
const timings = new Map<string, number[]>();

for (const [subject, value] of subjects) {
  const bytes = codec.encode(value);
  const works: readonly (readonly [name: string, work: () => unknown])[] = [
    ["encode | dataqueues", () => codec.encode(value)],
    ["encode | JSON", () => encoder.encode(JSON.stringify(value))],
    ["decode | dataqueues", () => codec.decode(bytes)],
    ["decode | JSON", () => JSON.parse(decoder.decode(bytes))],
  ];
  const batches = new Map(works.map(([name, work]) => [name, Math.ceil(100 / timeCall(work, warmUpMs))]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, work] of works) {
      const key = `${subject} | ${name}`;
      timings.set(key, [...(timings.get(key) ?? []), timeCall(work, roundMs, batches.get(name))]);
    }
  }
}

const medianOf = (name: string): number => median(timings.get(name) ?? []);
const rows = subjects.flatMap(([subject]) =>
  ["encode", "decode"].map((operation) => {
    const ours = medianOf(`${subject} | ${operation} | dataqueues`);
    const theirs = medianOf(`${subject} | ${operation} | JSON`);
    return `| ${subject} | ${operation} | ${formatNumber(ours)} | ${formatNumber(theirs)} | ${(ours / theirs).toFixed(1)} |`;
  }),
);
const report = `# JSON beside JSON.parse and JSON.stringify

${date}, ${processor()}, Node ${process.version}.

Microseconds of processor time per call, from values to bytes and back, compared with JavaScript's own JSON with TextEncoder
and TextDecoder, which round large integers and refuse NaN. Medians of ${rounds} rounds of ${roundMs} ms in one run. The ratio is our time divided by theirs.
Run it with \`node --conditions=@dataqueues/source tooling/bench/src/json.ts\`.

| | | dataqueues | JSON | ratio |
|---|---|--:|--:|--:|
${rows.join("\n")}
`;
console.log(report);
await writeReport("json", report);
