import { arch, cpus, platform, release, totalmem } from "node:os";

import type { FaultRow } from "./fault.ts";

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
  const stalls = [row.longestSendStallMs, row.longestReadStallMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
  return [fault, ...counts, ...stalls];
}

/** The rows as a Markdown table, as the terminal and the report show it. */
export function table(rows: readonly FaultRow[]): string {
  const lines = [[...columns], columns.map((_, index) => (index === 0 ? "---" : "---:")), ...rows.map(cells)];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** What the report says of a run beside its rows. */
export interface RunDescription {
  readonly command: string;
  readonly seed: number;
  readonly kafka: string;
  readonly minutes: number;
}

/** The whole report, as Markdown. */
export function report(rows: readonly FaultRow[], { command, seed, kafka, minutes }: RunDescription): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${platform()} ${release()} ${arch()}`;
  const details = rows.flatMap(({ fault, notes, broken }) => [
    `- **${fault}**: ${notes.join(", ")}`,
    ...broken.map((what) => `  - BROKEN: ${what}`),
  ]);
  return `# What the fault suite found

\`${command}\`, seed ${seed}, ${minutes.toFixed(1)} minutes, on ${new Date().toISOString().slice(0, 10)}: Apache Kafka ${kafka}, three nodes
(replication 3, two in sync), Node ${process.version}, ${machine}.

Lost, duplicated and out of order are what Python's aiokafka found in the log afterwards; a stall is the longest time
without an acknowledgement, or without a delivered record, over all senders and partitions.

${table(rows)}

${details.join("\n")}
`;
}
