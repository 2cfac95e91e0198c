import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "..", "..", "..");

/** The page that tells people outside of the suite what it found. */
export const reliabilityPage: string = join(root, "docs", "reliability.md");

const figures = /(?<=<!-- figures -->\n).*?(?=<!-- \/figures -->)/s;

/** Puts a table between the page's marks, in the form that the gate asks of pages. */
export async function putFigures(table: string): Promise<void> {
  const page = await readFile(reliabilityPage, "utf8");
  if (!figures.test(page)) throw new Error(`${reliabilityPage} has no place for figures`);
  await writeFile(reliabilityPage, page.replace(figures, `\n${table}\n\n`));
  await promisify(execFile)(join(root, "node_modules", ".bin", "oxfmt"), [reliabilityPage]);
}
