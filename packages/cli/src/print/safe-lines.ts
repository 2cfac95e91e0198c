import { safeText } from "./safe-text.ts";
import { formatTable } from "./table.ts";
import type { TableColumn } from "./table.ts";

/** A table of text that came from elsewhere, such as names of topics and groups: no cell can move the cursor. */
export function safeTable(columns: readonly TableColumn[], rows: readonly (readonly string[])[]): string {
  return formatTable(
    columns,
    rows.map((row) => row.map(safeText)),
  );
}

/** A column of numbers. */
export function numberColumn(title: string): TableColumn {
  return { title, align: "right" };
}

/** A value as JSON in one line, safe for a terminal. */
export function jsonLine(value: unknown): string {
  return `${safeText(JSON.stringify(value))}\n`;
}
