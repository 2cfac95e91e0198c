import { DatabaseSync } from "node:sqlite";

import { kafkaError, UnsupportedError } from "@dataqueues/core";
import type { Connections, Role, Transport } from "@dataqueues/core";

import { SqliteAdminConnection } from "./admin-connection.ts";
import { SqliteReadConnection } from "./read-connection.ts";
import { SqliteWriteConnection } from "./write-connection.ts";

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

/** Makes the connection of each role. */
const connections: { readonly [R in Role]: (openFile: () => DatabaseSync) => Connections[R] } = {
  read: (openFile) => new SqliteReadConnection(openFile()),
  write: (openFile) => new SqliteWriteConnection(openFile()),
  admin: (openFile) => new SqliteAdminConnection(openFile()),
  group: () => {
    throw new UnsupportedError("a log in an SQLite file has no groups");
  },
};

/** A log in an SQLite file, which the processes of one machine may share. */
export function sqlite(path: string): Transport {
  return {
    name: "sqlite",
    capabilities: { write: true, admin: true, idempotence: true, groups: false },
    async open(role, { signal } = {}) {
      if (signal?.aborted === true) throw kafkaError("ABORTED", path, { cause: signal.reason });
      return connections[role](() => openFile(path));
    },
  };
}

function openFile(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { timeout: 5_000 });
    database.exec(tables);
    return database;
  } catch (cause) {
    throw kafkaError("NETWORK_EXCEPTION", path, { cause });
  }
}
