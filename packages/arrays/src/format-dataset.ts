import type { Attributes } from "./attributes.ts";
import { dtypeName } from "./dtype.ts";
import { formatItems, formatNumber, textRepr } from "./format-items.ts";
import { NdArray } from "./ndarray.ts";
import type { Variable, Variables } from "./variable.ts";

/** The characters in a row and the most rows in a section: xarray's `display_width` and `display_max_rows`. */
const width = 80;
const maxRows = 12;

/** What a Dataset and a DataArray have in common. */
interface Described {
  readonly sizes: Readonly<Record<string, number>>;
  readonly coords: Variables;
  readonly attrs: Attributes;
}

/** A Dataset as `print(dataset)` shows it in Python. */
export function formatDataset(dataset: Described & { readonly dataVars: Variables }): string {
  const { dataVars, coords } = dataset;
  const column = columnWidth([...Object.keys(dataVars), ...Object.keys(coords)]);
  const bytes = [...Object.values(dataVars), ...Object.values(coords)].reduce(
    (sum, { data }) => sum + data.bytes.length,
    0,
  );
  return [
    `<xarray.Dataset> Size: ${formatBytes(bytes)}`,
    `${pad("Dimensions:", column)}(${wrap(formatSizes(dataset.sizes), column + 1)})`,
    ...coordinateLines(dataset, column),
    ...section("Data variables", Object.keys(dataVars), column, (name) =>
      variableLine(name, dataVars[name], column, " "),
    ),
    ...attributeLines(dataset.attrs),
  ].join("\n");
}

/** A DataArray as Python shows it with `xarray.set_options(display_expand_data=False)`. */
export function formatDataArray(
  array: Described & { readonly name: string | undefined; readonly variable: Variable },
): string {
  const start = `<xarray.DataArray ${array.name === undefined ? "" : `'${array.name}' `}`;
  return [
    `${start}(${wrap(formatSizes(array.sizes), start.length + 1)})> Size: ${formatBytes(array.variable.data.bytes.length)}`,
    formatFlat(array.variable.data, width),
    ...coordinateLines(array, columnWidth(Object.keys(array.coords))),
    ...attributeLines(array.attrs),
  ].join("\n");
}

function coordinateLines({ sizes, coords }: Described, column: number): string[] {
  const dims = Object.keys(sizes);
  const places = new Map(dims.map((dim, place) => [dim, 2 * place]));
  const rank = (name: string): number =>
    places.get(name) ?? (places.get(coords[name]?.dims.at(-1) ?? "") ?? 2 * dims.length) + 1;
  const names = Object.keys(coords).toSorted((a, b) => rank(a) - rank(b));
  const bare = dims.filter((dim) => !Object.hasOwn(coords, dim));
  const title = "Dimensions without coordinates: ";
  return [
    ...(names.length === 0
      ? []
      : section("Coordinates", names, column, (name) =>
          variableLine(name, coords[name], column, places.has(name) ? "*" : " "),
        )),
    ...(bare.length === 0 ? [] : [title + wrap(bare, title.length)]),
  ];
}

function attributeLines(attrs: Attributes): string[] {
  const names = Object.keys(attrs);
  const column = columnWidth(names);
  const line = (name: string): string => cut(`${pad(`    ${name}:`, column)} ${formatAttribute(attrs[name])}`, width);
  return names.length === 0 ? [] : section("Attributes", names, column, line);
}

function section(title: string, names: readonly string[], column: number, line: (name: string) => string): string[] {
  if (names.length === 0) return [`${title}:`, "    *empty*"];
  if (names.length <= maxRows) return [`${title}:`, ...names.map(line)];
  return [
    `${title}: (${maxRows}/${names.length})`,
    ...names.slice(0, maxRows / 2).map(line),
    `${pad("    ...", column)} ...`,
    ...names.slice(-maxRows / 2).map(line),
  ];
}

function variableLine(name: string, variable: Variable | undefined, column: number, marker: string): string {
  if (variable === undefined) return name;
  const { dims, data, dtype } = variable;
  const along = dims.length === 0 ? "" : `(${dims.join(", ")}) `;
  const front = `${pad(`  ${marker} ${name} `, column)}${along}${dtypeName(dtype)} ${formatBytes(data.bytes.length)} `;
  return front + formatFlat(data, width - front.length);
}

/** The first and last items that fit into `space` characters, as `format_array_flat` in xarray/core/formatting.py. */
function formatFlat(array: NdArray, space: number): string {
  const { size } = array;
  const relevant = Math.min(Math.max(size, 1), Math.max(Math.ceil(space / 2), 2));
  const front = formatItems(array, 0, Math.min(Math.floor((relevant + 1) / 2), size));
  const back = formatItems(array, Math.max(size - Math.floor(relevant / 2), 0), size);
  let used = -1;
  const ends = Array.from({ length: relevant }, (_, index) => {
    const item = index % 2 === 0 ? front[index / 2] : back[back.length - (index + 1) / 2];
    return (used += (item ?? "").length + 1);
  });
  const cutShort = size > 2 && (relevant < size || ends.some((end) => end > space));
  const tooFar = ends.findIndex((end) => end + 4 > space);
  const count = cutShort ? Math.min(size, Math.max(tooFar, 2)) : size;
  const ahead = Math.floor((count + 1) / 2);
  const behind = count - ahead;
  const gap = cutShort ? " ... " : count <= 1 ? "" : " ";
  const text = front.slice(0, ahead).join(" ") + gap + back.slice(back.length - behind).join(" ");
  return cut(text, space);
}

function formatSizes(sizes: Readonly<Record<string, number>>): string[] {
  return Object.entries(sizes).map(([dim, size]) => `${dim}: ${size}`);
}

/** Joins elements by commas; those that do not fit into the first row continue in indented rows. */
function wrap(elements: readonly string[], indent: number): string {
  let row = 0;
  let text = "";
  elements.forEach((element, index) => {
    const part = index < elements.length - 1 ? `${element}, ` : element;
    row += part.length;
    if (indent + row > width) {
      text = `${text.trimEnd()}\n${" ".repeat(indent)}`;
      row = part.length;
    }
    text += part;
  });
  return text;
}

function formatAttribute(value: unknown): string {
  const text = typeof value === "string" ? value : printPython(value);
  return text.replaceAll("\t", "\\t").replaceAll("\n", "\\n");
}

/** Lists, dicts and single values as Python prints them. */
function printPython(value: unknown): string {
  if (value instanceof NdArray) return value.toString();
  if (Array.isArray(value)) return `[${value.map(printPython).join(", ")}]`;
  if (typeof value === "string") return textRepr(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return formatNumber(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "NaT" : value.toISOString();
  if (typeof value === "object" && value !== null) {
    const entries: readonly [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value);
    return `{${entries.map(([key, item]) => `${printPython(key)}: ${printPython(item)}`).join(", ")}}`;
  }
  return typeof value === "bigint" ? String(value) : "None";
}

function columnWidth(names: readonly string[]): number {
  return Math.max(7, ...names.map((name) => name.length)) + 6;
}

function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.floor(Math.log10(Math.max(bytes, 1)) / 3);
  const size = bytes / 1000 ** power;
  // Python rounds halves to even.
  const rounded = Math.round(size) - size === 0.5 ? 2 * Math.round(size / 2) : Math.round(size);
  return `${rounded}${units[power]}`;
}

function pad(text: string, length: number): string {
  return cut(text, length).padEnd(length);
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, Math.max(length - 3, 0))}...` : text;
}
