import { z } from "zod";

/** Why a value is refused: the issue's `code`, `message` and `expected`, and where inside the value. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly expected?: unknown;
  readonly path?: readonly (string | number)[];
}

interface CheckedBy<T> extends z.ZodType<T> {
  readonly _zod: z.core.$ZodTypeInternals<T> & { readonly def: CheckedByDefinition };
}

interface CheckedByDefinition extends z.core.$ZodTypeDef {
  readonly problemOf: (value: unknown) => Problem | undefined;
}

const CheckedBy = z.core.$constructor<CheckedBy<unknown>>("CheckedBy", (type, definition) => {
  z.ZodType.init(type, definition);
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
 * A zod type that one function decides on. It is `z.custom` without its list of checks, which would take longer than the
 * checking: a payload has such a value in each of its hundreds of fields.
 */
export function checkedBy<T>(problemOf: (value: unknown) => Problem | undefined): z.ZodType<T> {
  return new CheckedBy({ type: "custom", problemOf }) as z.ZodType<T>;
}
