import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";

/** Today's date, for the head of a report. */
export const date: string = new Date().toISOString().slice(0, 10);

/** The machine's processor, with the number of cores and `details` in brackets. */
export function processor(details = ""): string {
  return `${cpus()[0]?.model ?? "unknown processor"} (${cpus().length} cores${details})`;
}

/** A number with two significant digits, or as a whole number from 100 on. */
export function formatNumber(value: number): string {
  return value < 100 ? String(Number(value.toPrecision(2))) : Math.round(value).toLocaleString("en");
}

/** Writes a report to `results/`. */
export async function writeReport(name: string, report: string): Promise<void> {
  const results = join(import.meta.dirname, "../results");
  await mkdir(results, { recursive: true });
  await writeFile(join(results, `${name}.md`), report);
}
