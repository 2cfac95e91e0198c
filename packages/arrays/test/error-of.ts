import { expect } from "vitest";

import { FormatError } from "../src/index.ts";

/** The FormatError that a call throws. */
export function errorOf(act: () => unknown): FormatError {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  return expect.fail("there was no error");
}
