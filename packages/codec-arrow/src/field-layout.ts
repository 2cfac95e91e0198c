/** How a field's arrays lie in the body of a batch, and what must hold for their values. */
export type FieldLayout = FieldPlace & FieldStorage;

export type FieldStorage =
  | { readonly kind: "null" }
  | { readonly kind: "bool" }
  | { readonly kind: "views" }
  | { readonly kind: "struct" }
  | FixedStorage
  | { readonly kind: "bytes"; readonly offsetSize: 4 | 8 }
  | { readonly kind: "list"; readonly offsetSize: 4 | 8 }
  | { readonly kind: "fixedSizeList"; readonly size: number }
  | UnionStorage
  | DictionaryStorage;

interface FieldPlace {
  /** The name of the column, and of the fields in it, with dots between them. */
  readonly path: string;
  readonly children: readonly FieldLayout[];
}

/** Values of so many bytes, which apache-arrow views as numbers of `itemSize` bytes. */
export interface FixedStorage {
  readonly kind: "fixed";
  readonly size: number;
  readonly itemSize: number;
  /** For times: the largest value, in either direction, that apache-arrow's `get` can give as a number. */
  readonly largest?: number | undefined;
}

/** A value of type `typeIds[i]` is in child i. */
export interface UnionStorage {
  readonly kind: "union";
  readonly isDense: boolean;
  readonly typeIds: readonly number[];
}

export interface DictionaryStorage {
  readonly kind: "dictionary";
  readonly id: number;
  readonly indexSize: 1 | 2 | 4;
  readonly isSigned: boolean;
}

/** A schema of which only what the guard needs is kept. */
export interface SchemaLayout {
  readonly fields: readonly FieldLayout[];
  /** The layout of the values of each dictionary, by its number. */
  readonly dictionaries: ReadonlyMap<number, FieldLayout>;
  /** The entries of the metadata of the schema and its columns. */
  readonly metadataEntries: number;
  /** The characters of the names of all columns. */
  readonly nameCharacters: number;
}
