import { dtypeFromName } from "@dataqueues/arrays";

import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import type { DTypes } from "./definition.ts";

/**
 * Checks a dtype as xradio's `check_dtype`: exactly one of the expected, or the same kind for one without a size (`<U0`).
 */
export function checkDtype(found: string, expected: DTypes): Issue | undefined {
  const allowed = typeof expected === "string" ? [expected] : expected;
  if (allowed.some((dtype) => matches(found, dtype))) return undefined;
  const message = `Wrong numpy dtype${comparison(allowed, found)}`;
  return { code: "wrong_dtype", path: ["dtype"], message, found, expected: allowed };
}

function matches(found: string, expected: string): boolean {
  // Nearly all are, and need no parsing.
  if (found === expected) return true;
  const printed = dtypeFromName(expected);
  const anySize = printed.slice(2) === "0";
  return found === printed || (anySize && found.charAt(1) === printed.charAt(1));
}
