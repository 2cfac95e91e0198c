import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import type { NemesisResult } from "./nemesis.ts";
import type { Run } from "./results.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** The page that shows the figures to readers outside of the suite. */
export const reliabilityPage: string = join(root, "docs", "reliability.md");

const columns = [
  "nemesis",
  "cycles",
  "acknowledged",
  "rejected",
  "lost",
  "duplicated",
  "out of order",
  "longest send stall",
  "longest read stall",
] as const;

function cells(result: NemesisResult): string[] {
  const { nemesis, cycles, acknowledged, rejected, lost, duplicated, outOfOrder } = result;
  const counts = [cycles, acknowledged, rejected, lost, duplicated, outOfOrder].map((one) => one.toLocaleString("en"));
  return [nemesis, ...counts, seconds(result.longestSendStallMs), seconds(result.longestReadStallMs)];
}

function seconds(ms: number | undefined): string {
  return ms === undefined ? "" : `${(ms / 1_000).toFixed(1)} s`;
}

/** Results as a Markdown table, for the terminal and the report. */
export function table(results: readonly NemesisResult[]): string {
  return markdownTable(columns, results.map(cells));
}

const groupColumns = ["nemesis, protocol", "cycles", "handled", "by nobody", "handled again", "longest pause"] as const;

/** What became of groups, a row for each protocol, as a Markdown table; empty when there were no groups. */
export function groupTable(results: readonly NemesisResult[]): string {
  const rows = results.flatMap(({ nemesis, cycles, groups = [] }) =>
    groups.map(({ protocol, handled, lost, duplicated, pauseMs }) => {
      const counts = [cycles, handled, lost, duplicated].map((one) => one.toLocaleString("en"));
      return [`${nemesis}, ${protocol}`, ...counts, seconds(pauseMs)];
    }),
  );
  return rows.length === 0 ? "" : markdownTable(groupColumns, rows);
}

function markdownTable(heads: readonly string[], rows: readonly string[][]): string {
  const lines = [heads, heads.map((_, index) => (index === 0 ? "---" : "---:")), ...rows];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** The whole report, in Markdown. */
export function report(runs: readonly Run[]): string {
  const details = runs.flatMap(({ result: { nemesis, notes, broken }, form, seed, minutes, date, node, load }) => [
    `- **${nemesis}** (${form} form, seed ${seed}, ${minutes} min, ${date}, Node ${node}${load === undefined ? "" : `, load ${load}`}): ${notes.join(", ")}`,
    ...broken.map((what) => `  - BROKEN: ${what}`),
  ]);
  const machines = [...new Set(runs.map(({ machine }) => machine))];
  return `# What the fault suite found

Written by \`pnpm faults\`: the last run of each nemesis, on ${machines.join("; ")}.

Python's aiokafka read the log afterwards and found what is lost, duplicated and out of order; the in-process log was read by
its own fetch requests. A stall is the longest time without an acknowledgement, or without a delivered record, over all
senders and partitions. The load is the average number of processes that wanted a core; stalls grow with it.

${table(runs.map(({ result }) => result))}

Groups, one of each protocol in each run: how many messages their members handled, how many nobody did, and how many were handled
again, which may happen only to what a killed, frozen or cut member had not committed. A pause is the longest time in which a
partition had messages for the group and none was finished; sessions were 5 s.

${groupTable(runs.map(({ result }) => result))}

${details.join("\n")}

Memory over time: [a slow reader of 10 MB messages](slow-reader.svg), [the soak](soak.svg).
`;
}

/** Puts the tables between the marks of the reliability page, and formats the page. */
export async function putFigures(results: readonly NemesisResult[]): Promise<void> {
  const page = await readFile(reliabilityPage, "utf8");
  const withFigures = between(page, "figures", table(results));
  await writeFile(reliabilityPage, between(withFigures, "group figures", groupTable(results)));
  await promisify(execFile)(join(root, "node_modules", ".bin", "oxfmt"), [reliabilityPage]);
}

function between(page: string, mark: string, text: string): string {
  const place = new RegExp(`(?<=<!-- ${mark} -->\\n).*?(?=<!-- /${mark} -->)`, "s");
  if (!place.test(page))
    throw new Error(`${reliabilityPage} lacks the marks "<!-- ${mark} -->" and "<!-- /${mark} -->"`);
  return page.replace(place, `\n${text}\n\n`);
}
