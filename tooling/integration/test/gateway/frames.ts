/** Frames of docs/gateway-protocol.md, written and read without our own encoder, so that tests can send any that are wrong. */

/** What a frame of the gateway says. `records` are the bytes after its JSON. */
export interface Frame {
  readonly type: number;
  readonly id: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly records: Buffer;
}

/** The types of frames, as the page lists them. */
export const types = {
  hello: 1,
  metadata: 2,
  listOffsets: 3,
  fetch: 4,
  cancel: 5,
  produceMore: 6,
  produce: 7,
  initProducerId: 8,
  admin: 9,
  heartbeat: 0x40,
  error: 0xff,
} as const;

/** A frame as bytes; text is taken as it is, so that it need not be JSON. */
export function frame(type: number, id: number, body: unknown = {}, records: Uint8Array = new Uint8Array()): Buffer {
  const json = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const header = Buffer.alloc(16);
  header.writeUInt8(type, 0);
  header.writeUInt8(1, 1);
  header.writeUInt32LE(id, 4);
  header.writeUInt32LE(json.length, 8);
  return Buffer.concat([header, json, Buffer.alloc(-json.length & 7), records]);
}

export function readFrame(bytes: Buffer): Frame {
  const end = 16 + bytes.readUInt32LE(8);
  const body: Frame["body"] = JSON.parse(bytes.toString("utf8", 16, end));
  return { type: bytes.readUInt8(0), id: bytes.readUInt32LE(4), body, records: bytes.subarray((end + 7) & ~7) };
}

/** A record as bytes, without key and headers. */
export function recordBytes(value: Uint8Array): Buffer {
  const header = Buffer.alloc(32);
  header.writeDoubleLE(1_700_000_000_000, 8);
  header.writeInt32LE(value.length, 16);
  header.writeInt32LE(-1, 20);
  return Buffer.concat([header, value, Buffer.alloc(-value.length & 7)]);
}

/** A record as a frame carries it. */
export interface ReadRecord {
  readonly offset: bigint;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headerCount: number;
}

/** The records that fill these bytes. */
export function readRecords(bytes: Buffer): ReadRecord[] {
  const records: ReadRecord[] = [];
  for (let at = 0; at < bytes.length;) {
    const [valueLength, keyLength] = [bytes.readInt32LE(at + 16), bytes.readInt32LE(at + 20)];
    const valueAt = (at + 32 + Math.max(0, keyLength) + bytes.readUInt32LE(at + 28) + 7) & ~7;
    records.push({
      offset: bytes.readBigInt64LE(at),
      key: keyLength < 0 ? null : bytes.subarray(at + 32, at + 32 + keyLength),
      value: valueLength < 0 ? null : bytes.subarray(valueAt, valueAt + valueLength),
      headerCount: bytes.readUInt32LE(at + 24),
    });
    at = (valueAt + Math.max(0, valueLength) + 7) & ~7;
  }
  return records;
}
