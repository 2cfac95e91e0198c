import { ZodType } from "zod";
// Imported from its own entry: `z.core` would bring all of zod into a bundle, with its texts in 50 languages.
import { $constructor } from "zod/v4/core";
import type { $ZodTypeDef, $ZodTypeInternals } from "zod/v4/core";

/** Why a value is refused: the issue's `code`, `message` and `expected`, and where inside the value. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly expected?: unknown;
  readonly path?: readonly (string | number)[];
}

interface CheckedBy<T> extends ZodType<T> {
  readonly _zod: $ZodTypeInternals<T> & { readonly def: CheckedByDefinition };
}

interface CheckedByDefinition extends $ZodTypeDef {
  readonly problemOf: (value: unknown) => Problem | undefined;
}

const CheckedBy = $constructor<CheckedBy<unknown>>("CheckedBy", (type, definition) => {
  ZodType.init(type, definition);
  type._zod.parse = (payload) => {
    const problem = definition.problemOf(payload.value);
    if (problem === undefined) return payload;
    const { code, message, expected, path = [] } = problem;
    const params = { code, expected };
    payload.issues.push({ code: "custom", message, params, path: [...path], input: payload.value, inst: type });
    return payload;
  };
});

/**
 * A zod type that is checked by one function. It is faster than `z.custom`, whose list of checks takes longer than the
 * check itself: a payload has hundreds of such fields.
 */
export function checkedBy<T>(problemOf: (value: unknown) => Problem | undefined): ZodType<T> {
  return new CheckedBy({ type: "custom", problemOf }) as ZodType<T>;
}
