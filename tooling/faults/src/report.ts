import type { FaultRow } from "./fault.ts";
import type { Run } from "./results.ts";

const columns = [
  "fault",
  "cycles",
  "acknowledged",
  "rejected",
  "lost",
  "duplicated",
  "out of order",
  "longest send stall",
  "longest read stall",
] as const;

function cells(row: FaultRow): string[] {
  const { fault, cycles, acknowledged, rejected, lost, duplicated, outOfOrder } = row;
  const counts = [cycles, acknowledged, rejected, lost, duplicated, outOfOrder].map((one) => one.toLocaleString("en"));
  const stalls = [row.longestSendStallMs, row.longestReadStallMs].map((ms) =>
    ms === undefined ? "" : `${(ms / 1000).toFixed(1)} s`,
  );
  return [fault, ...counts, ...stalls];
}

/** The rows as a Markdown table, as the terminal and the report show it. */
export function table(rows: readonly FaultRow[]): string {
  const lines = [[...columns], columns.map((_, index) => (index === 0 ? "---" : "---:")), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** The whole report, as Markdown. */
export function report(runs: readonly Run[]): string {
  const details = runs.flatMap(({ row: { fault, notes, broken }, form, seed, minutes, date, node, load }) => [
    `- **${fault}** (${form} form, seed ${seed}, ${minutes} min, ${date}, Node ${node}${load === undefined ? "" : `, load ${load}`}): ${notes.join(", ")}`,
    ...broken.map((what) => `  - BROKEN: ${what}`),
  ]);
  const machines = [...new Set(runs.map(({ machine }) => machine))];
  return `# What the fault suite found

Written by \`pnpm faults\`: the last run of each fault, on ${machines.join("; ")}.

Lost, duplicated and out of order are what Python's aiokafka found in the log afterwards, or for faults of the log in
this process what was read from it; a stall is the longest time without an acknowledgement, or without a delivered
record, over all senders and partitions. The load is how many processes wanted a core meanwhile: stalls grow with it.

${table(runs.map(({ row }) => row))}

${details.join("\n")}

Memory over time: [a slow reader of 10 MB messages](slow-reader.svg), [the soak](soak.svg).
`;
}
