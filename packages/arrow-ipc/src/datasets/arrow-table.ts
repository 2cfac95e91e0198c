/** The type of a column, or of the items of a list column. */
export interface ArrowField {
  readonly name: string;
  /** As pyarrow prints it: `int8` to `uint64`, `halffloat`, `float`, `double`, `bool`, `string`, `binary`, `timestamp[ns]`, `list` … */
  readonly type: string;
  /** The items of a `list`. */
  readonly item: ArrowField | undefined;
}

/** The values of a column, or of a list's items. All buffers are views with at least the bytes that `length` needs. */
export interface ArrowArray {
  readonly field: ArrowField;
  readonly length: number;
  readonly nullCount: number;
  /** One bit for each value: 1 for a value, 0 for null. Empty when nothing is null. */
  readonly validity: Uint8Array;
  /**
   * For `list`, `string` and `binary`: `length + 1` int32, from 0 or more, never decreasing, and ending inside the
   * data.
   */
  readonly offsets: Int32Array;
  readonly values: Uint8Array;
  readonly item: ArrowArray | undefined;
}

/** A table of one record batch. */
export interface ArrowTable {
  readonly metadata: ReadonlyMap<string, string>;
  readonly rows: number;
  readonly columns: readonly ArrowArray[];
}
