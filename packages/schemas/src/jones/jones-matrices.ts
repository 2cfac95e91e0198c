import type { NdArray } from "@dataqueues/arrays";
import type { Schema } from "@dataqueues/core";

import { limit, schemaOf } from "../issue.ts";
import type { CollectOptions, Issue } from "../issue.ts";
import { isNdArray, isRecordArray } from "../recognise.ts";
import { typeName } from "../type-name.ts";

/** How Jones matrices are checked. */
export interface JonesMatricesOptions extends CollectOptions {
  /** The number of antennas or stations that an array must have; any number by default. */
  readonly antennas?: number | undefined;
  /** The number of frequencies that an array must have; any number by default. */
  readonly frequencies?: number | undefined;
}

/** The schema of Jones matrices. */
export interface JonesMatricesSchema extends Schema<JonesMatrices> {
  /** The same schema with other options: `JonesMatrices.with({ antennas: 512 })` refuses any other number of antennas. */
  with(options: JonesMatricesOptions): JonesMatricesSchema;
}

/**
 * Jones matrices of real-time calibration as numpy's array of shape `(antennas, frequencies, 4)`, complex64 or
 * complex128, without a unit. `data` has the real and the imaginary part of each number in turn. Only dtype and shape
 * are checked, not the values.
 *
 * The four are taken as a 2×2 matrix row by row, J_XX, J_XY, J_YX, J_YY. This is the order in which numpy flattens the two
 * receptors of a GainTable; it is an assumption, which a schema cannot check. NaN is accepted: no rule for it is known.
 *
 * Sources: the overview of ska-sdp-realtime-calibration for the shape, the flows of vis-receive in ska-sdp-script for
 * "complex" and npy. Neither tells the precision.
 */
export type JonesMatrices = NdArray<"<c8" | "<c16">;

/**
 * The schema of {@link JonesMatrices}. It stops at the first issue, or reports all with `collect`. Issues have the codes
 * `not_an_ndarray`, `wrong_dtype`, `wrong_shape`.
 *
 * @example
 * ```ts
 * const host = "kafka://localhost:9092/rcal-gains-pb-test-20200425-00000-science-1";
 * const consumer = new DataQueueConsumer(host, { encoding: Encoding.NPY, schema: JonesMatrices });
 * for await (const { value } of consumer) console.log(value?.at(0, 0, 3)); // J_YY of the first antenna and frequency
 * ```
 */
export const JonesMatrices: JonesMatricesSchema = schemaWith({});

function schemaWith(options: JonesMatricesOptions): JonesMatricesSchema {
  return {
    with: schemaWith,
    ...schemaOf<JonesMatrices>((value) => limit(checkJonesMatrices(value, options), options)),
  };
}

function checkJonesMatrices(value: unknown, { antennas, frequencies }: JonesMatricesOptions): readonly Issue[] {
  if (!isNdArray(value)) {
    const found = isRecordArray(value) ? "RecordArray" : typeName(value);
    const message = `a numpy array of complex numbers (NdArray) is needed, this is ${found}`;
    return [{ code: "not_an_ndarray", path: [], message, found, expected: "NdArray" }];
  }
  const { dtype, shape } = value;
  const issues: Issue[] = [];
  if (dtype !== "<c8" && dtype !== "<c16") {
    const message = `the dtype is ${dtype}, not <c8 or <c16`;
    issues.push({ code: "wrong_dtype", path: ["dtype"], message, found: dtype, expected: ["<c8", "<c16"] });
  }
  const sizes = [antennas, frequencies, 4];
  if (shape.length !== 3 || sizes.some((size, axis) => size !== undefined && size !== shape[axis])) {
    const expected = `(${antennas ?? "antennas"}, ${frequencies ?? "frequencies"}, 4)`;
    const message = `${expected} is needed, the shape is (${shape.join(", ")})`;
    issues.push({ code: "wrong_shape", path: ["shape"], message, found: shape, expected });
  }
  return issues;
}
