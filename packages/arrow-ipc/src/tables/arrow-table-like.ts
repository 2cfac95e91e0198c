/**
 * The members of apache-arrow's `Table` that are read. They are checked when they are read: the object may come from
 * another version or copy of apache-arrow than the one that is installed here, or from none.
 */
export interface ArrowTableLike {
  readonly schema: {
    readonly fields: readonly ArrowFieldLike[];
    readonly metadata: ReadonlyMap<string, string>;
  };
  readonly batches: readonly { readonly data: ArrowDataLike }[];
}

/** The members of apache-arrow's `Field` that are read. */
export interface ArrowFieldLike {
  readonly name: string;
  /** Its `typeId` is a number of Arrow's union `Type`, or -1 for a dictionary. */
  readonly type: { readonly typeId: number };
}

/** The members of apache-arrow's `Data` that are read: the values of one column in one batch. */
export interface ArrowDataLike {
  readonly length: number;
  /** Where the bits of `nullBitmap`, and of bools, begin. All other buffers begin with the first value. */
  readonly offset: number;
  readonly nullCount: number;
  readonly children: readonly ArrowDataLike[];
}

/** Whether a value looks like apache-arrow's `Table`. */
export function isTable(value: unknown): value is ArrowTableLike {
  return typeof value === "object" && value !== null && "schema" in value && "batches" in value;
}
