import type { Schema } from "@dataqueues/core";
import type * as z from "zod";

import { limit, schemaOf } from "../issue.ts";
import type { CollectOptions, Issue } from "../issue.ts";
import { isRecord } from "../recognise.ts";
import { toIssues } from "../zod-issues.ts";

/** A metric: what its payload looks like, and how to recognise it. */
export interface MetricDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** The zod schema of the payload. */
  readonly payload: Payload;
  /** The values of `data_type`. */
  readonly dataTypes?: readonly string[];
  /** The fields by which a payload without `data_type` is recognised. */
  readonly knownBy?: readonly string[];
  /** Names in older payloads or in their entries, with the names that replaced them. */
  readonly formerly?: Readonly<Record<string, string>>;
}

/** A metric's Standard Schema; `payload` is the zod schema behind it. */
export interface Metric<Payload extends z.ZodType = z.ZodType>
  extends MetricDefinition<Payload>, Schema<z.infer<Payload>> {
  /** The same metric with other options: `Amplitude.with({ collect: true })` reports all issues. */
  with(options: CollectOptions): Metric<Payload>;
}

/**
 * The schema of a metric from its definition. It reports the first issue, as Python does, or all with `collect`.
 *
 * Issues have the codes `missing_field`, `unknown_field`, `former_field`, `wrong_type`, `wrong_dtype`, `wrong_shape`,
 * `wrong_length`, `bad_literal`, `bad_format`, `out_of_range`, or zod's own.
 *
 * @example
 * ```ts
 * const ClosurePhase = metric({
 *   name: "closurephase",
 *   dataTypes: ["closurephase"],
 *   payload: metricEnvelope(["closurephase"], z.strictObject({ triangle: z.string(), data: numbers() }), ["data"]),
 * });
 * ```
 */
export function metric<Payload extends z.ZodType>(
  definition: MetricDefinition<Payload>,
  options: CollectOptions = {},
): Metric<Payload> {
  return {
    ...definition,
    with: (others) => metric(definition, others),
    ...schemaOf<z.infer<Payload>>((value) => limit(checkMetric(value, definition), options)),
  };
}

/** The issues of a payload. Names of older payloads come first, because they explain the others. */
export function checkMetric(value: unknown, { payload, formerly = {} }: MetricDefinition): readonly Issue[] {
  const result = payload.safeParse(value);
  if (result.success) return [];
  const former = formerFields(value, formerly);
  const isFormer = (issue: Issue): boolean => former.some(({ path }) => path.join() === issue.path.join());
  return [...former, ...toIssues(result.error.issues, value).filter((issue) => !isFormer(issue))];
}

/** Issues for the fields of an older payload, at the top and in the first entry. */
export function formerFields(value: unknown, formerly: Readonly<Record<string, string>>): Issue[] {
  if (!isRecord(value)) return [];
  const { data } = value;
  const entry: unknown = Array.isArray(data) ? data[0] : undefined;
  return Object.entries(formerly).flatMap(([name, now]): Issue[] => {
    const places: (string | number)[][] = [];
    if (Object.hasOwn(value, name)) places.push([name]);
    if (isRecord(entry) && Object.hasOwn(entry, name)) places.push(["data", 0, name]);
    const message = `'${name}' is of an older payload, now there is '${now}'`;
    return places.map((path) => ({ code: "former_field", path, message, found: name, expected: now }));
  });
}
