import { expect, test } from "vitest";
import { parseJson } from "../src/index.ts";
import { refusal } from "./refusal.ts";

// These take seconds with instrumented code, so the mutation runs leave this file out.

const parse = (text: string): unknown =>
  parseJson(text, { acceptNonFinite: true, bigint: true, maxDepth: 512, error: refusal });

test("long strings do not exhaust the stack", () => {
  const long = "é\\".repeat(1_000_000);
  expect(parse(JSON.stringify(long))).toBe(long);
});

test("strings of any size do not exhaust the stack, in whatever they consist", () => {
  for (const long of ["A".repeat(2e7), "\n".repeat(9e6), '"'.repeat(9e6), "\\".repeat(9e6), '\\"'.repeat(3e6)]) {
    const parsed = parse(JSON.stringify({ [long]: [long] }));
    expect(JSON.stringify(parsed) === JSON.stringify({ [long]: [long] })).toBe(true);
  }
});
