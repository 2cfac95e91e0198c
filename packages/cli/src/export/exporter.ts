import type { Message } from "@dataqueues/core";

/** A record on its way into a file. */
export interface ExportedRecord {
  /** The record, with its bytes for a value. */
  readonly message: Message<Uint8Array | null>;
  /** What the bytes mean: the bytes themselves where that is not known, null for a tombstone. */
  readonly value: unknown;
  /** The name of the codec; undefined for a tombstone. */
  readonly codec: string | undefined;
  /** Why the bytes are not the value that they should be. */
  readonly error: string | undefined;
}

/** What became of a record. */
export interface AddedRecord {
  readonly isAdded: boolean;
  /** Why the record was left out, where that is a loss. */
  readonly reason?: string | undefined;
}

/** Writes records in one format. */
export interface Exporter {
  /** Adds a record, or leaves it out. */
  add(record: ExportedRecord): Promise<AddedRecord>;
  /** Writes what is left. The file is complete then. */
  finish(): Promise<void>;
  /** What a reader of the file should know. */
  readonly remarks: readonly string[];
}
