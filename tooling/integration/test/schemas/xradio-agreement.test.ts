import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { SchemaIssue } from "@dataqueues/core";
import { datasetSchema, fromXradio, GainTable, RcalGainTable } from "@dataqueues/schemas";
import type { DatasetSchema } from "@dataqueues/schemas";
import { PythonCounterpart } from "@dataqueues/tooling-python";
import { afterAll, beforeAll, expect, test } from "vitest";

import { breakOneThing } from "./broken-datasets.ts";
import type { BrokenDataset } from "./broken-datasets.ts";
import { buildDataset, goodDataset } from "./dataset-spec.ts";
import { exceptions, refusedDict } from "./xradio-exceptions.ts";
import type { ComparableIssue, Exception } from "./xradio-exceptions.ts";

const fixtures = join(import.meta.dirname, "../../../../packages/schemas/test/fixtures/xradio");

let xradio: PythonCounterpart;
const needed = new Set<Exception>();
const compared = { datasets: 0, issues: 0 };

beforeAll(async () => {
  xradio = await PythonCounterpart.start("check_with_xradio.py");
}, 600_000);

afterAll(() => xradio.close());

/** The Datasets of a MeasurementSet. */
const exported = [
  "FieldSourceXds",
  "FieldSourceEphemerisXds",
  "AntennaXds",
  "GainCurveXds",
  "PhaseCalibrationXds",
  "WeatherXds",
  "PointingXds",
  "SystemCalibrationXds",
  "DopplerXds",
  "VisibilityXds",
  "SpectrumXds",
  "PhasedArrayXds",
];

test("xradio has no other Datasets than these", async () => {
  expect((await xradio.request({ list: true })).value).toEqual(exported);
});

test("xradio and fromXradio report the same issues for a SpectrumXds of the fixture with any one error", async () => {
  const json: unknown = JSON.parse(await readFile(join(fixtures, "SpectrumXds.schema.json"), "utf8"));
  expect(await disagreements(json, fromXradio(json))).toEqual([]);
}, 300_000);

test("they report the same issues for a schema with all types of attributes", async () => {
  const { value: json } = await xradio.request({ export: "Gains" });
  expect(await disagreements(json, fromXradio(json))).toEqual([]);
}, 300_000);

test.each(exported)(
  "they report the same issues for every fourth Dataset of %s with one error",
  async (name) => {
    const { value: json } = await xradio.request({ export: name });
    expect(await disagreements(json, fromXradio(json), { every: 4 })).toEqual([]);
  },
  300_000,
);

test.each([GainTable, RcalGainTable])(
  "xradio and our own $definition.name, each with its own declaration, report the same issues for a table with one error",
  async (schema) => {
    const { value: json } = await xradio.request({ export: schema.definition.name });
    // xradio lists all combinations of optional dimensions.
    const compareExpected = (path: string): boolean => path !== "dims";
    expect(await disagreements(json, schema, { compareExpected })).toEqual([]);
  },
  300_000,
);

test("dimensions that follow from the variables are those that xradio exports", async () => {
  const { value: json } = await xradio.request({ export: "Gains" });
  const { definition } = fromXradio(json);
  const { dims, ...withoutDims } = definition;
  expect(dims).toHaveLength(2);
  const compareExpected = (path: string): boolean => path !== "dims";
  expect(await disagreements(json, datasetSchema(withoutDims), { compareExpected })).toEqual([]);
}, 300_000);

test("there were thousands of cases and issues, and every exception was necessary", () => {
  console.log(`${compared.datasets} Datasets with ${compared.issues} issues`);
  expect(compared.datasets).toBeGreaterThan(5000);
  expect(compared.issues).toBeGreaterThan(compared.datasets);
  expect(exceptions.filter((exception) => !needed.has(exception))).toEqual([]);
});

interface ComparisonOptions {
  readonly every?: number | undefined;
  /** Whether `expected` must be the same at a path, too. */
  readonly compareExpected?: (path: string) => boolean;
}

/** The cases in which the sets of issues differ. */
async function disagreements(
  json: unknown,
  schema: DatasetSchema,
  { every = 1, compareExpected = () => true }: ComparisonOptions = {},
): Promise<unknown[]> {
  const cases = [false, true]
    .flatMap((optional) => breakOneThing(goodDataset(schema.definition, optional)))
    .filter((_case, index) => index % every === 0);
  const differing: unknown[] = [];
  await xradio.request({ schema: json });
  for (let start = 0; start < cases.length; start += 100) {
    const some = cases.slice(start, start + 100);
    const { value } = await xradio.request({ datasets: some.map(({ dataset }) => dataset) });
    for (const [index, broken] of some.entries()) {
      const found = (value as PythonIssue[][])[index] ?? [];
      const theirs = found.map((issue) => comparable(issue.path, issue, compareExpected));
      const result = await schema["~standard"].validate(buildDataset(broken.dataset));
      const ours = (result.issues ?? []).map((issue) => comparable(issue.path ?? [], issue, compareExpected));
      compared.issues += theirs.length;
      const onlyTheirs = without(theirs, ours, broken, "xradio");
      const onlyOurs = without(ours, theirs, broken, "ours");
      if (onlyTheirs.length + onlyOurs.length > 0) differing.push({ case: broken.name, onlyTheirs, onlyOurs });
    }
  }
  compared.datasets += cases.length;
  return differing;
}

interface PythonIssue {
  readonly path: readonly string[];
  readonly message: string;
  readonly found: unknown;
  readonly expected: unknown;
}

function without(
  issues: readonly ComparableIssue[],
  others: readonly ComparableIssue[],
  broken: BrokenDataset,
  side: "ours" | "xradio",
): ComparableIssue[] {
  const known = new Set(others.map((issue) => JSON.stringify(issue)));
  return issues.filter((issue) => {
    if (known.has(JSON.stringify(issue))) return false;
    const exception = exceptions.find(({ covers }) => covers(issue, side, broken));
    if (exception !== undefined) needed.add(exception);
    return exception === undefined;
  });
}

/** An issue in a form that can be compared: xradio's hints name dimensions in the order of a set, so names are sorted. */
function comparable(
  path: NonNullable<SchemaIssue["path"]>,
  { message, found, expected }: Pick<SchemaIssue, "message" | "found" | "expected">,
  compareExpected: (path: string) => boolean,
): ComparableIssue {
  const place = path.map(String).join(".");
  // Our messages end with `expected` and `found`, which xradio has as data only. They are compared as data.
  const sorted = message
    .replace(/ \(expected: .*\)$/s, "")
    .replaceAll(/'[^']*'(?:,'[^']*')+/g, (names) => names.split(",").toSorted().join(","))
    .replace(refusedDict, "not the dict of a DataArray");
  if (message.startsWith("Required")) return { path: place, message: sorted };
  const isDatasetDims = place === "dims";
  return {
    path: place,
    message: sorted,
    found: isDatasetDims && Array.isArray(found) ? found.toSorted() : (found ?? null),
    ...(compareExpected(place) ? { expected: expected ?? null } : {}),
  };
}
