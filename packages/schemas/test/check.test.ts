import type { Schema } from "@dataqueues/core";
import { check, PointingNumpyArray } from "@dataqueues/schemas";
import { expect, test } from "vitest";

import { oneAntenna } from "./python-example.ts";

test("what passes is the value that was given", () => {
  const array = new PointingNumpyArray(oneAntenna).toNumpy();
  expect(check(PointingNumpyArray, array)).toBe(array);
});

test("a schema that takes time is refused, and what it says later is nobody's unhandled rejection", async () => {
  const lateFailure: Schema = {
    "~standard": { version: 1, vendor: "test", validate: () => Promise.reject(new Error("too late")) },
  };
  expect(() => check(lateFailure, 1)).toThrow(TypeError);
  // An unhandled rejection fails the run.
  await new Promise((settled) => setImmediate(settled));
});
