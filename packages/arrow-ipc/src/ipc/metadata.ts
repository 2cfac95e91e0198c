import type { FlatTable } from "./flat-table.ts";
import { slots } from "./slots.ts";

/** Reads the texts under keys in a vector of `KeyValue`, such as the `custom_metadata` of a schema. */
export function readMetadata(table: FlatTable, slot: number): Map<string, string> {
  return new Map(
    table.tables(slot, (pair): [string, string] => [
      pair.string(slots.keyValue.key) ?? "",
      pair.string(slots.keyValue.value) ?? "",
    ]),
  );
}
