import type { DatabaseSync, SQLInputValue, SQLOutputValue } from "node:sqlite";

import { kafkaError } from "@dataqueues/core";
import type { LogRecord, ProduceBatch, ProducerRecord, TransportError } from "@dataqueues/core";

/** One partition of a topic: records at consecutive offsets from 0 on. */
export class Partition {
  readonly #database: DatabaseSync;
  readonly #place: readonly [topicId: number, partition: number];

  constructor(database: DatabaseSync, topicId: number, partition: number) {
    this.#database = database;
    this.#place = [topicId, partition];
  }

  /** The offset that the next record will have. */
  end(): bigint {
    return this.#number("SELECT coalesce(max(offset) + 1, 0) FROM records WHERE topic = ? AND partition = ?") ?? 0n;
  }

  /** The offset of the first record at or after a time, -1 if there is none. */
  offsetAt(timestamp: number): bigint {
    return (
      this.#number("SELECT min(offset) FROM records WHERE topic = ? AND partition = ? AND timestamp >= ?", timestamp) ??
      -1n
    );
  }

  /** Writes a batch, but only once if it is sent again. Returns the offset of its first record, or why it is refused. */
  append({ records, identity, baseSequence }: ProduceBatch): bigint | TransportError {
    if (!records.every(isWritable))
      return kafkaError("INVALID_RECORD", "a record with a bad time, key, value or header");
    const base = this.end();
    if (identity !== undefined) {
      const { producerId, producerEpoch } = identity;
      const batches = "batches WHERE topic = ? AND partition = ? AND producer = ?";
      const epoch = this.#number(`SELECT max(epoch) FROM ${batches}`, producerId) ?? BigInt(producerEpoch);
      if (producerEpoch < epoch) return kafkaError("INVALID_PRODUCER_EPOCH", `epoch ${producerEpoch} after ${epoch}`);
      // Sequence numbers start again with each epoch.
      if (producerEpoch > epoch) this.#change(`DELETE FROM ${batches}`, producerId);
      const again = this.#number(`SELECT base FROM ${batches} AND sequence = ?`, producerId, baseSequence);
      if (again !== undefined) return again;
      const expected = this.#number(`SELECT next FROM ${batches} ORDER BY rowid DESC`, producerId);
      if (expected !== undefined && expected !== BigInt(baseSequence)) {
        return kafkaError("OUT_OF_ORDER_SEQUENCE_NUMBER", `sequence ${baseSequence} where ${expected} was due`);
      }
      const next = (baseSequence + records.length) % 2 ** 31;
      const batch = [producerEpoch, baseSequence, next, base];
      this.#change("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?, ?)", producerId, ...batch);
      // Only recent batches are sent again: as in Kafka, five are remembered.
      const older = `SELECT rowid FROM ${batches} ORDER BY rowid DESC LIMIT -1 OFFSET 5`;
      this.#change(`DELETE FROM batches WHERE rowid IN (${older})`, producerId);
    }
    for (const [index, { timestamp, key, value, headers }] of records.entries()) {
      const texts = headers.map(([name, bytes]) => [name, bytes && Buffer.from(bytes).toString("base64")]);
      const rest = [timestamp, key, value, JSON.stringify(texts)];
      this.#change("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", base + BigInt(index), ...rest);
    }
    return base;
  }

  /** Records from an offset on, at least one if there is any, up to `maxBytes` of values. */
  read(offset: bigint, maxBytes: number): LogRecord[] {
    const select = this.#database.prepare(
      "SELECT * FROM records WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset",
    );
    const records: LogRecord[] = [];
    let bytes = 0;
    for (const row of select.iterate(...this.#place, offset)) {
      const record = recordOf(row);
      bytes += record.value?.length ?? 0;
      if (records.length > 0 && bytes > maxBytes) break;
      records.push(record);
    }
    return records;
  }

  #number(select: string, ...values: readonly SQLInputValue[]): bigint | undefined {
    const [value] = Object.values(this.#database.prepare(select).get(...this.#place, ...values) ?? {});
    return typeof value === "number" ? BigInt(value) : undefined;
  }

  #change(sql: string, ...values: readonly SQLInputValue[]): void {
    this.#database.prepare(sql).run(...this.#place, ...values);
  }
}

/** Core sends only such records, but a transport may be used without core. */
function isWritable({ key, value, headers, timestamp }: ProducerRecord): boolean {
  const isBytes = (bytes: unknown): boolean => bytes === null || bytes instanceof Uint8Array;
  return Number.isSafeInteger(timestamp) && [key, value, ...headers.map(([, bytes]) => bytes)].every(isBytes);
}

function recordOf({ offset, timestamp, key, value, headers }: Record<string, SQLOutputValue>): LogRecord {
  const texts: [name: string, base64: string | null][] = JSON.parse(String(headers));
  return {
    offset: BigInt(Number(offset)),
    timestamp: Number(timestamp),
    key: key instanceof Uint8Array ? key : null,
    value: value instanceof Uint8Array ? value : null,
    headers: texts.map(([name, base64]) => [
      name,
      base64 === null ? null : Uint8Array.from(Buffer.from(base64, "base64")),
    ]),
  };
}
