import type { DatasetSpec, VariableSpec } from "./dataset-spec.ts";

/** A dataset that differs from a good one in one thing. */
export interface BrokenDataset {
  readonly name: string;
  readonly dataset: DatasetSpec;
}

/** The values that replace each attribute in turn. */
const otherValues: readonly unknown[] = [
  null,
  "unheard of",
  true,
  7,
  7.5,
  [],
  ["one", 2],
  [0.5, "two"],
  [[0.5], ["two"]],
  {},
  { dims: [], data: 0.5, attrs: {} },
  { dims: ["x"], data: [0.5, 1.5], attrs: { units: "s", type: "quantity" } },
  { dims: ["x", "y"], data: [0.5, 1.5] },
  { dims: [], attrs: {} },
];

/** All datasets that differ from a good one in one thing. */
export function breakOneThing(good: DatasetSpec): BrokenDataset[] {
  const broken: BrokenDataset[] = [];
  const add = (name: string, change: (dataset: DatasetSpec) => void): void => {
    const dataset = structuredClone(good);
    change(dataset);
    broken.push({ name, dataset });
  };
  add("nothing", () => undefined);
  add("attrs.unheard_of added", ({ attrs }) => (attrs["unheard_of"] = 1));
  add("a variable along another dimension added", (dataset) => {
    dataset.sizes["beam"] = 2;
    dataset.data_vars["BEAMS"] = { dims: ["beam"], dtype: "<f8", attrs: {} };
  });
  add(
    "a coordinate along no dimension added",
    ({ coords }) => (coords["epoch"] = { dims: [], dtype: "<f8", attrs: {} }),
  );
  for (const [path] of attributePaths(good.attrs)) breakAttribute(path, (dataset) => dataset.attrs, add);
  for (const kind of ["coords", "data_vars"] as const) {
    for (const [name, variable] of Object.entries(good[kind])) {
      add(`${kind}.${name} removed`, (dataset) => delete dataset[kind][name]);
      breakVariable(`${kind}.${name}`, variable, (dataset) => dataset[kind][name] ?? variable, add);
      for (const [path] of attributePaths(variable.attrs)) {
        breakAttribute(
          path,
          (dataset) => dataset[kind][name]?.attrs ?? {},
          (what, change) => add(`${kind}.${name}.${what}`, change),
        );
      }
      add(`${kind}.${name}_2 added, of another dtype`, (dataset) => {
        dataset[kind][`${name}_2`] = { ...variable, dtype: "<c16" };
      });
    }
  }
  for (const dim of new Set(Object.values(good.data_vars).flatMap(({ dims }) => dims))) {
    add(`dimension ${dim} renamed everywhere`, (dataset) => {
      dataset.sizes[`${dim}_new`] = dataset.sizes[dim] ?? 0;
      for (const variable of [...Object.values(dataset.coords), ...Object.values(dataset.data_vars)]) {
        variable.dims = variable.dims.map((name) => (name === dim ? `${dim}_new` : name));
      }
      const { [dim]: coord, ...others } = dataset.coords;
      dataset.coords = others;
      if (coord !== undefined) dataset.coords[`${dim}_new`] = coord;
    });
  }
  return broken;
}

type Add = (name: string, change: (dataset: DatasetSpec) => void) => void;

function breakVariable(
  path: string,
  variable: VariableSpec,
  of: (dataset: DatasetSpec) => VariableSpec,
  add: Add,
): void {
  const { dims } = variable;
  for (const dtype of ["<f8", "<f4", "<i8", "|b1", "<U4", "<U11", "<c16", "<M8[ns]", "<M8[s]"]) {
    add(`${path} made ${dtype}`, (dataset) => (of(dataset).dtype = dtype));
  }
  // A coordinate along its own dimension cannot lie along others.
  if (path === `coords.${dims[0]}`) return;
  if (dims.length > 1) add(`${path} transposed`, (dataset) => (of(dataset).dims = variable.dims.toReversed()));
  if (dims.length > 0) add(`${path} without its last dimension`, (dataset) => of(dataset).dims.pop());
  add(`${path} with one more dimension`, (dataset) => {
    dataset.sizes["extra"] = 2;
    of(dataset).dims.push("extra");
  });
  add(`${path} along one other dimension`, (dataset) => {
    dataset.sizes["other"] = 2;
    of(dataset).dims.splice(0, 1, "other");
  });
}

function breakAttribute(
  path: readonly string[],
  of: (dataset: DatasetSpec) => Record<string, unknown>,
  add: Add,
): void {
  const set = (dataset: DatasetSpec, change: (owner: Record<string, unknown>, name: string) => void): void => {
    let owner = of(dataset);
    for (const step of path.slice(0, -1)) owner = owner[step] as Record<string, unknown>;
    change(owner, path.at(-1) ?? "");
  };
  const what = `attrs.${path.join(".")}`;
  add(`${what} removed`, (dataset) => set(dataset, (owner, name) => delete owner[name]));
  for (const value of otherValues) {
    const text = JSON.stringify(value);
    add(`${what} made ${text}`, (dataset) => set(dataset, (owner, name) => (owner[name] = structuredClone(value))));
  }
}

/** The paths of all attributes, also of nested dicts and of the attributes of DataArrays. */
function attributePaths(attrs: Record<string, unknown>): [path: string[], value: unknown][] {
  return Object.entries(attrs).flatMap(([name, value]): [string[], unknown][] => {
    const below = (inner: unknown, ...steps: string[]): [string[], unknown][] =>
      attributePaths(inner as Record<string, unknown>).map(([path, at]) => [[name, ...steps, ...path], at]);
    const isDict = typeof value === "object" && value !== null && !Array.isArray(value);
    if (!isDict) return [[[name], value]];
    if (!("$dataarray" in value)) return [[[name], value], ...below(value)];
    return [[[name], value], ...below((value.$dataarray as VariableSpec).attrs, "$dataarray", "attrs")];
  });
}
