import { comparison } from "../issue.ts";
import type { Issue } from "../issue.ts";
import type { DTypes } from "./definition.ts";

const form = /^([<>=|]?)([a-zA-Z])(\d*)(.*)$/;

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
  if (found === expected) return true;
  const [, , foundKind] = form.exec(found) ?? [];
  const [, order, kind, size, unit] = form.exec(expected) ?? [];
  if (foundKind !== kind || kind === undefined) return false;
  const sizeless = Number(size) === 0 && "SUV".includes(kind);
  const little = `${Number(size) === 1 || "SV".includes(kind) ? "|" : "<"}${kind}${size}${unit}`;
  return sizeless || (order !== ">" && found === little);
}
