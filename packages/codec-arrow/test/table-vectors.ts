import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset, Variable } from "@dataqueues/arrays";
import { FormatError } from "@dataqueues/arrays";
import { tableFromIPC } from "apache-arrow";
import type { Table } from "apache-arrow";
import { expect } from "vitest";

/** A variable as Python describes it: text as a list, anything else as the hex digits of its bytes. */
export interface VariableVector {
  readonly dims: readonly string[];
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: string | readonly string[];
}

/** An ordinary table that Python wrote, and what pandas' `to_xarray()` makes of it. Made by `table_vectors.py`. */
export interface TableVector {
  readonly file: string;
  readonly dim: string;
  readonly variables: Readonly<Record<string, VariableVector>>;
}

const directory = join(import.meta.dirname, "vectors", "tables");

export const { tables }: { tables: TableVector[] } = JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8"));

/** The table in a file, whose bytes start where their buffer starts; a Buffer starts anywhere. */
export function readTable(file: string): Table {
  return tableFromIPC(new Uint8Array(readFileSync(join(directory, file))));
}

export function describeVariables({ coords, dataVars }: Dataset): Record<string, VariableVector> {
  return Object.fromEntries(
    Object.entries({ ...coords, ...dataVars }).map(([name, variable]) => [name, describe(variable)]),
  );
}

function describe({ dims, dtype, shape, data }: Variable): VariableVector {
  const isText = dtype.startsWith("<U");
  return { dims, dtype, shape, data: isText ? Array.from(data, String) : Buffer.from(data.bytes).toString("hex") };
}

export function errorOf(act: () => unknown): FormatError {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  return expect.fail("there was no error");
}
