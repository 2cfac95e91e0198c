import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetricPayload, PointingNumpyArray, PointingTable, Spectrum } from "@dataqueues/schemas";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { findSchema } from "../../src/formats/find-schema.ts";
import { UsageError } from "../../src/usage-error.ts";

let folder = "";

const schema = (name: string): string =>
  `{ title: "${name}", "~standard": { version: 1, vendor: "test", validate: (value) => ({ value }) } }`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "find-schema-"));
  await writeFile(join(folder, "one.mjs"), `export const Weather = ${schema("Weather")}; export const limit = 3;`);
  await writeFile(
    join(folder, "two.mjs"),
    `export const Wind = ${schema("Wind")}; export class Rain { static "~standard" = { version: 1, vendor: "test", validate: (value) => ({ value }) }; }`,
  );
  await writeFile(join(folder, "none.mjs"), "export const limit = 3;");
  vi.spyOn(process, "cwd").mockReturnValue(folder);
});

afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test("schemas of SKA's data have their own names, in any case", async () => {
  expect(await findSchema("PointingTable")).toBe(PointingTable);
  expect(await findSchema("pointingtable")).toBe(PointingTable);
  expect(await findSchema("PointingNumpyArray")).toBe(PointingNumpyArray);
  expect(await findSchema("MetricPayload")).toBe(MetricPayload);
  expect(await findSchema("Spectrum")).toBe(Spectrum);
});

test.for([
  ["./one.mjs", "title", "Weather"],
  ["./two.mjs#Wind", "title", "Wind"],
  ["./two.mjs#Rain", "name", "Rain"],
] as const)("%s is a schema of a module", async ([name, property, expected]) => {
  expect(Reflect.get(await findSchema(name), property)).toBe(expected);
});

test.for([
  ["Pointing", "no schema is called Pointing: there are Amplitude, BandAveraged, GainCalibration"],
  ["./two.mjs", "./two.mjs has several schemas, Rain, Wind: choose one, ./two.mjs#Rain"],
  ["./two.mjs#Snow", "./two.mjs exports no schema Snow; its schemas are: Rain, Wind"],
  ["./none.mjs", './none.mjs exports no Standard Schema, an object with "~standard"; it exports limit'],
  ["./gone.mjs", "the schema ./gone.mjs is not there: no file "],
  ["no-such-package", "no schema is called no-such-package, and no package of that name is installed here"],
] as const)("%s is refused: %s", async ([name, message]) => {
  const refused: unknown = await findSchema(name).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect(String(refused)).toContain(message);
});
