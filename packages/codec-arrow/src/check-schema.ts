import { littleEndian, metadataVersions, readMetadata, slots } from "@dataqueues/arrow-ipc";
import type { FlatTable } from "@dataqueues/arrow-ipc";
import type { Budget } from "./budget.ts";
import { readStorage } from "./field-storage.ts";
import type { FieldLayout, SchemaLayout } from "./field-layout.ts";
import { formatError } from "./format-error.ts";

/** The deepest nesting of types, which is also that of Arrow's reader in C++. */
const maxDepth = 64;

/**
 * Checks a schema, and reads how the arrays of its fields lie.
 *
 * @param version - that of the message or file which holds the schema, a number of `MetadataVersion`
 */
export function checkSchema(schema: FlatTable, version: number, budget: Budget): SchemaLayout {
  if ((schema.int16(slots.schema.endianness) ?? littleEndian) !== littleEndian) {
    throw formatError("format", "the Arrow stream is big-endian; write it little-endian");
  }
  const reader = new FieldReader(version, budget);
  const fields = schema.tables(slots.schema.fields, (field) => {
    if (field.has(slots.field.name)) return reader.field(field, "", 1);
    throw formatError("format", "a column has no name, for which apache-arrow takes 'null'; give it one");
  });
  const names = new Set<string>();
  for (const { path } of fields) {
    if (names.has(path)) {
      const message = `two columns have the name '${path}', which apache-arrow mixes up; rename one of them`;
      throw formatError("format", message, { path });
    }
    names.add(path);
  }
  const own = checkMetadata(schema, slots.schema.customMetadata);
  return {
    fields,
    dictionaries: reader.dictionaries,
    metadataEntries: own + reader.metadataEntries,
    nameCharacters: fields.reduce((sum, { path }) => sum + path.length, 0),
  };
}

class FieldReader {
  readonly dictionaries: Map<number, FieldLayout> = new Map();
  metadataEntries = 0;
  readonly #version: number;
  readonly #budget: Budget;
  /** The dictionaries whose values are being read. */
  readonly #open: Set<number> = new Set();

  constructor(version: number, budget: Budget) {
    this.#version = version;
    this.#budget = budget;
  }

  field(table: FlatTable, parent: string, depth: number): FieldLayout {
    const name = table.string(slots.field.name) ?? "";
    const path = `${parent}${name}`;
    if (name === "__proto__") {
      // As a key it would replace the prototype of what a row's toJSON gives.
      const message = `column '${path}' has a name that objects in JavaScript have themselves; give it another`;
      throw formatError("format", message, { path });
    }
    if (depth > maxDepth) throw formatError("depth", `column '${path}' is nested deeper than ${maxDepth}`, { path });
    this.#budget.takeArray();
    this.metadataEntries += checkMetadata(table, slots.field.customMetadata);
    const encoding = table.table(slots.field.dictionary);
    if (encoding === undefined) return this.#values(table, path, depth);

    const id = encoding.size(slots.dictionaryEncoding.id) ?? 0;
    const indices = encoding.table(slots.dictionaryEncoding.indexType);
    const layout = { path, children: [], kind: "dictionary", id, ...readIndexType(indices, path) } as const;
    // apache-arrow takes the values of an id that it knows to be of the same type, and does not look at the field's.
    if (this.dictionaries.has(id)) return layout;
    if (this.#open.has(id)) throw formatError("format", `the dictionary of column '${path}' holds itself`, { path });
    this.#open.add(id);
    this.dictionaries.set(id, this.#values(table, path, depth));
    this.#open.delete(id);
    return layout;
  }

  /** What the field's values are, apart from that they may be in a dictionary. */
  #values(table: FlatTable, path: string, depth: number): FieldLayout {
    const children = table.tables(slots.field.children, (child) => this.field(child, `${path}.`, depth + 1));
    const storage = readStorage(table, path, children);
    if (storage.kind === "union" && this.#version < metadataVersions.v5) {
      // They have a validity buffer, which apache-arrow takes for the types of the values.
      const message = `column '${path}': apache-arrow cannot read unions of Arrow's format 4; write it in format 5`;
      throw formatError("type", message, { path });
    }
    return { path, children, ...storage };
  }
}

/** Checks metadata, and gives the number of their entries. Where a key or value is missing, apache-arrow would give null. */
function checkMetadata(table: FlatTable, slot: number): number {
  for (const isWhole of table.tables(slot, (pair) => pair.has(slots.keyValue.key) && pair.has(slots.keyValue.value))) {
    if (!isWhole)
      throw formatError("format", "the Arrow metadata have a key without a value, or a value without a key");
  }
  return readMetadata(table, slot).size;
}

/** Of the indices of a dictionary: int32 if the schema does not tell. */
function readIndexType(type: FlatTable | undefined, path: string): { indexSize: 1 | 2 | 4; isSigned: boolean } {
  if (type === undefined) return { indexSize: 4, isSigned: true };
  const bits = type.int32(slots.int.bitWidth) ?? 0;
  const isSigned = (type.uint8(slots.int.isSigned) ?? 0) !== 0;
  if (bits === 8 || bits === 16 || bits === 32) return { indexSize: bits === 8 ? 1 : bits === 16 ? 2 : 4, isSigned };
  const message = `column '${path}': apache-arrow cannot read dictionaries with indices of ${bits} bits; cast them to int32`;
  throw formatError("type", message, { path });
}
