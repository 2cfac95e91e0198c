import { DatabaseSync } from "node:sqlite";

import type { Transport } from "@dataqueues/core";

import { failure } from "./failure.ts";
import { SqliteConnection } from "./sqlite-connection.ts";

const tables = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS topics (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE, partitions INTEGER);
  CREATE TABLE IF NOT EXISTS producers (id INTEGER PRIMARY KEY AUTOINCREMENT);
  CREATE TABLE IF NOT EXISTS records (
    topic INTEGER REFERENCES topics ON DELETE CASCADE, partition INTEGER, offset INTEGER,
    timestamp INTEGER, key BLOB, value BLOB, headers TEXT,
    PRIMARY KEY (topic, partition, offset)
  ) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS batches (
    topic INTEGER REFERENCES topics ON DELETE CASCADE, partition INTEGER, producer INTEGER, epoch INTEGER,
    sequence INTEGER, next INTEGER, base INTEGER
  );
  CREATE INDEX IF NOT EXISTS batches_of_producer ON batches (topic, partition, producer);
`;

/** A log in an SQLite file, which the processes of one machine may share. */
export function sqlite(path: string): Transport {
  return {
    name: "sqlite",
    async open(_role, { signal } = {}) {
      if (signal?.aborted === true) throw failure("ABORTED", path, signal.reason);
      try {
        const database = new DatabaseSync(path, { timeout: 5_000 });
        database.exec(tables);
        return new SqliteConnection(database);
      } catch (cause) {
        throw failure("NETWORK_EXCEPTION", path, cause);
      }
    },
  };
}
