import { kafkaError } from "@dataqueues/core";
import type { LogRecord } from "@dataqueues/core";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { decodeFrame, decodeRecords, encodeFrameStart, encodeRecord, frameTypes } from "../src/index.ts";
import { bytesOf, hexOf, vectors } from "./vectors.ts";
import type { VectorRecord } from "./vectors.ts";

const frames = [...vectors.read, ...vectors.write, ...vectors.admin];

function recordOf({ offset, timestamp, key, headers, value }: VectorRecord): LogRecord {
  return {
    offset: BigInt(offset),
    timestamp,
    key: bytesOf(key),
    headers: headers.map(([name, data]) => [name, bytesOf(data)] as const),
    value: bytesOf(value),
  };
}

describe("a frame that Python wrote", () => {
  test.each(frames)("is written the same: $name", ({ type, id, body, records, bytes }) => {
    expect(hexOf(encodeFrameStart(type, id, body)) + records).toBe(bytes);
  });

  test.each(frames)("is read: $name", ({ type, id, body, records, bytes }) => {
    const frame = decodeFrame(bytesOf(bytes));
    expect({ ...frame, records: hexOf(frame.records) }).toEqual({ type, id, body, records });
  });

  test.each(frames)("is read from the middle of other bytes: $name", ({ type, body, records, bytes }) => {
    const frame = decodeFrame(bytesOf(`ffffff${bytes}`).subarray(3));
    expect({ type: frame.type, body: frame.body, records: hexOf(frame.records) }).toEqual({ type, body, records });
  });

  test.each(frames.filter(({ records }) => records === ""))("is refused if its end is missing: $name", ({ bytes }) => {
    const whole = bytesOf(bytes);
    const jsonEnd = 16 + new DataView(whole.buffer).getUint32(8, true);
    for (let length = 0; length < jsonEnd; length++) {
      expect(() => decodeFrame(whole.subarray(0, length))).toThrow(
        expect.objectContaining({ code: "CORRUPT_MESSAGE" }),
      );
    }
  });
});

describe("records that Python wrote", () => {
  test.each(vectors.records)("are written the same: offset $offset", (vector) => {
    expect(hexOf(encodeRecord(recordOf(vector), BigInt(vector.offset)))).toBe(vector.bytes);
  });

  test.each(vectors.records)("are read: offset $offset", (vector) => {
    expect(decodeRecords(bytesOf(vector.bytes), 1)).toEqual([recordOf(vector)]);
  });

  test("are read one after another, and their values are views of the frame at multiples of 8", () => {
    const all = bytesOf(vectors.records.map(({ bytes }) => bytes).join(""));
    const records = decodeRecords(all, vectors.records.length);
    expect(records).toEqual(vectors.records.map(recordOf));
    for (const { value } of records) {
      if (value === null) continue;
      expect(value.buffer).toBe(all.buffer);
      expect(value.byteOffset % 8).toBe(0);
    }
  });

  test.each(vectors.records)("are refused if their end is missing: offset $offset", ({ bytes }) => {
    const whole = bytesOf(bytes);
    for (let length = 0; length < whole.length; length += 1 + (length >> 4)) {
      expect(() => decodeRecords(whole.subarray(0, length), 1)).toThrow(/CORRUPT_MESSAGE/);
    }
  });

  test("are refused if there are more or fewer than their count says", () => {
    const [first, second] = vectors.records;
    const two = bytesOf(`${first?.bytes}${second?.bytes}`);
    expect(() => decodeRecords(two, 1)).toThrow(/CORRUPT_MESSAGE.* bytes after the last of 1$/);
    expect(() => decodeRecords(two, 3)).toThrow(/CORRUPT_MESSAGE/);
    expect(() => decodeRecords(two, 2 ** 32)).toThrow(/CORRUPT_MESSAGE/);
  });

  test.each([
    ["a value longer than the frame", 16, 0x7fff_ffff],
    ["a value of a length below -1", 16, -2],
    ["a key longer than the frame", 20, 0x7fff_ffff],
    ["a key of a length below -1", 20, -2],
    ["more headers than there are bytes", 24, -1],
    ["no headers where there are bytes of some", 24, 0],
    ["fewer bytes of headers than they have", 28, 1],
    ["more bytes of headers than they have", 28, 64],
  ])("are refused with %s", (_, at, number) => {
    const bytes = bytesOf(vectors.records[0]?.bytes ?? "");
    new DataView(bytes.buffer).setInt32(at, number, true);
    expect(() => decodeRecords(bytes, 1)).toThrow(/CORRUPT_MESSAGE/);
  });
});

describe("a frame that cannot be read", () => {
  const good = bytesOf(frames[0]?.bytes ?? "");
  const changed = (change: (view: DataView) => void): Uint8Array => {
    const bytes = good.slice();
    change(new DataView(bytes.buffer));
    return bytes;
  };

  test("has another version", () => {
    const bytes = changed((view) => view.setUint8(1, 2));
    expect(() => decodeFrame(bytes)).toThrow("version 2 where 1 is spoken");
  });

  test("has JSON longer than itself", () => {
    expect(() => decodeFrame(changed((view) => view.setUint32(8, 0xffff_ffff, true)))).toThrow(/JSON up to byte/);
  });

  test.each([
    ["no JSON", (view: DataView) => view.setUint8(16, 0x2c)],
    ["JSON that is no UTF-8", (view: DataView) => view.setUint8(18, 0xff)],
  ])("has %s", (_, change) => {
    const { code } = kafkaError("CORRUPT_MESSAGE", "");
    expect(() => decodeFrame(changed(change))).toThrow(expect.objectContaining({ code, cause: expect.any(Error) }));
  });
});

describe("docs/gateway-protocol.md", () => {
  const page = readFileSync(new URL("../../../docs/gateway-protocol.md", import.meta.url), "utf8");
  const shown = Array.from(page.matchAll(/^```text\n(.*?)\n```$/gms), ([, block = ""]) => block);
  const known = new Map(frames.map((frame) => [frame.dump.join("\n"), frame]));

  test("shows only frames that Python wrote", () => {
    expect(shown.filter((block) => !known.has(block))).toEqual([]);
  });

  test("shows a frame of each type, and of its answer where it has one", () => {
    const types = new Set(shown.map((block) => known.get(block)?.type));
    const requests = Object.values(frameTypes);
    const answered = requests.filter(
      (type) => ![frameTypes.cancel, frameTypes.produceMore].some((one) => one === type),
    );
    expect(types).toEqual(new Set([...requests, ...answered.map((type) => type | 0x80).filter((type) => type < 0xc0)]));
  });
});
