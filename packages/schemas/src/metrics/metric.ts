import type { Schema } from "@dataqueues/core";
import type * as z from "zod";

import { limit } from "../issue.ts";
import type { CollectOptions } from "../issue.ts";
import { schemaOf } from "../schema-of.ts";
import { checkMetric } from "./check-metric.ts";

/** A metric: what its payload looks like, and by what one knows it. A new metric is one of these. */
export interface MetricDefinition<Payload extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** The zod schema of the payload. */
  readonly payload: Payload;
  /** What `data_type` says. */
  readonly dataTypes?: readonly string[];
  /** Fields by which a payload without `data_type` is known. */
  readonly knownBy?: readonly string[];
  /** Names in older payloads, or in their entries, and what replaced them. */
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
