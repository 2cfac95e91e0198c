import { RecordArray } from "@dataqueues/arrays";
import { schemaError } from "@dataqueues/core";
import type { Schema } from "@dataqueues/core";

import { checkPointingArray } from "./check-pointing-array.ts";
import { checkPointingFields } from "./check-pointing-fields.ts";
import { limit, schemaOf } from "../issue.ts";
import type { CollectOptions } from "../issue.ts";
import { pointingDtype } from "./pointing-fields.ts";
import type { PointingField } from "./pointing-fields.ts";

/**
 * A field of one antenna, or of several as a list; the lists of all fields are equally long. NaN means a failed fit.
 */
export type PointingColumn<Item> = Item | readonly Item[];

/** The fields by their names in Python. Numbers may also be a Float64Array. */
export type PointingFields = {
  readonly [Field in PointingField]: Field extends "antenna_name"
    ? PointingColumn<string>
    : PointingColumn<number> | Float64Array;
};

/**
 * Pointing offsets of antennas as numpy's structured array, built as in Python's
 * `PointingNumpyArray(**fields).to_numpy()`. The class itself is the schema of the resulting array.
 *
 * @example
 * ```ts
 * const offsets = new PointingNumpyArray({ antenna_name: ["SKA001", "SKA002"], last_scan_index: [9, 9], … }).toNumpy();
 * await producer.send(offsets, { encoding: Encoding.MSGPACK_NUMPY, schema: PointingNumpyArray, validate: true });
 * ```
 */
export class PointingNumpyArray {
  /** The schema of the array. It stops at the first issue, as Python does. */
  static readonly "~standard": Schema<RecordArray>["~standard"] = schemaWith({})["~standard"];

  readonly #columns: Readonly<Record<string, readonly (string | number)[]>>;

  /**
   * @throws SchemaError for fields that are missing, unknown, of the wrong type or of unequal lengths, and for names of
   *   more than 8 characters, which numpy would cut silently. It has the first issue, or all with `collect`
   */
  constructor(fields: PointingFields, options: CollectOptions = {}) {
    const { columns, issues } = checkPointingFields(fields);
    if (issues.length > 0) throw schemaError("this is no pointing array", limit(issues, options));
    this.#columns = columns;
  }

  /** The schema of the array with other options: `PointingNumpyArray.with({ collect: true })` reports all issues. */
  static with(options: CollectOptions): Schema<RecordArray> {
    return schemaWith(options);
  }

  /** The array of shape `(antennas,)` with 136 bytes a row. Single values give one antenna. */
  toNumpy(): RecordArray {
    return RecordArray.fromColumns(pointingDtype, this.#columns);
  }
}

function schemaWith(options: CollectOptions): Schema<RecordArray> {
  return schemaOf((value) => limit(checkPointingArray(value), options));
}
