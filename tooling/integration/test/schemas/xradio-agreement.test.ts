import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { SchemaIssue } from "@dataqueues/core";
import { datasetSchema, fromXradio } from "@dataqueues/schemas";
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

beforeAll(async () => {
  xradio = await PythonCounterpart.start("check_with_xradio.py");
}, 600_000);

afterAll(() => xradio.close());

test("xradio and we find the same in every dataset that differs in one thing from a SpectrumXds", async () => {
  const json: unknown = JSON.parse(await readFile(join(fixtures, "SpectrumXds.schema.json"), "utf8"));
  expect(await disagreements(json, fromXradio(json), 1500)).toEqual([]);
}, 300_000);

test("xradio and we find the same in every dataset that differs in one thing from a schema of all attribute types", async () => {
  const { value: json } = await xradio.request({ export: true });
  expect(await disagreements(json, fromXradio(json), 300)).toEqual([]);
}, 300_000);

test("dimensions that follow from the variables are those that xradio exports", async () => {
  const { value: json } = await xradio.request({ export: true });
  const { definition } = fromXradio(json);
  const { dims, ...withoutDims } = definition;
  expect(dims).toHaveLength(2);
  expect(await disagreements(json, datasetSchema(withoutDims), 300, (path) => path !== "dims")).toEqual([]);
}, 300_000);

test("every exception was needed", () => {
  expect(exceptions.filter((exception) => !needed.has(exception))).toEqual([]);
});

/** The cases in which the sets of issues differ; fails when there are fewer cases than were meant to be. */
async function disagreements(
  json: unknown,
  schema: DatasetSchema,
  atLeast: number,
  compareExpected: (path: string) => boolean = () => true,
): Promise<unknown[]> {
  const cases = [false, true].flatMap((optional) => breakOneThing(goodDataset(schema.definition, optional)));
  expect(cases.length).toBeGreaterThan(atLeast);
  const differing: unknown[] = [];
  let issueCount = 0;
  await xradio.request({ schema: json });
  for (const broken of cases) {
    const { value } = await xradio.request({ dataset: broken.dataset });
    const theirs = (value as PythonIssue[]).map((issue) => comparable(issue.path, issue, compareExpected));
    const result = await schema["~standard"].validate(buildDataset(broken.dataset));
    const ours = (result.issues ?? []).map((issue) => comparable(issue.path ?? [], issue, compareExpected));
    issueCount += theirs.length;
    const onlyTheirs = without(theirs, ours, broken, "xradio");
    const onlyOurs = without(ours, theirs, broken, "ours");
    if (onlyTheirs.length + onlyOurs.length > 0) differing.push({ case: broken.name, onlyTheirs, onlyOurs });
  }
  expect(issueCount).toBeGreaterThan(cases.length / 2);
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

/** xradio's hints name dimensions in the order of a set, so both sides' are sorted. What xradio leaves open stays open. */
function comparable(
  path: NonNullable<SchemaIssue["path"]>,
  { message, found, expected }: Pick<SchemaIssue, "message" | "found" | "expected">,
  compareExpected: (path: string) => boolean,
): ComparableIssue {
  const place = path.map(String).join(".");
  // What ours says behind the sentence is what xradio has as `expected` and `found`, which are compared as such.
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
