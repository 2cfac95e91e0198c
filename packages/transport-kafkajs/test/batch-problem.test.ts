import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import type { ProduceBatch, ProducerRecord } from "@dataqueues/core";

import { batchProblem } from "../src/protocol/batch-problem.ts";

const good: ProducerRecord = { key: null, value: new Uint8Array([1]), headers: [["a", null]], timestamp: 5 };
const batch: ProduceBatch = { topic: "t", partition: 0, records: [good], baseSequence: 0 };

function transferred(): Uint8Array {
  const bytes = new Uint8Array([1, 2]);
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] });
  return bytes;
}

test("a batch that can be written has no problem", () => {
  expect(batchProblem(batch)).toBeUndefined();
  const identity = { producerId: 2n ** 63n - 1n, producerEpoch: 32_767 };
  const empty = { ...good, key: new Uint8Array(), value: Buffer.alloc(0), timestamp: -1 };
  expect(batchProblem({ ...batch, partition: 2 ** 31 - 1, identity, records: [empty] })).toBeUndefined();
  const least = { producerId: -(2n ** 63n), producerEpoch: -1 };
  const latest = { ...good, timestamp: 2 ** 53 - 1 };
  expect(batchProblem({ ...batch, identity: least, baseSequence: -1, records: [latest] })).toBeUndefined();
});

test("a Uint8Array of another realm is accepted", () => {
  const value = runInNewContext("new Uint8Array([1, 2])") as Uint8Array;
  expect(value).not.toBeInstanceOf(Uint8Array);
  expect(
    batchProblem({ ...batch, records: [{ ...good, key: value, value, headers: [["a", value]] }] }),
  ).toBeUndefined();
});

const badRecords: [object, string][] = [
  [{ timestamp: Infinity }, "timestamp must be a whole number of milliseconds, not Infinity"],
  [{ timestamp: Number.NaN }, "timestamp must be a whole number of milliseconds, not NaN"],
  [{ timestamp: 1.5 }, "timestamp must be a whole number of milliseconds, not 1.5"],
  [{ timestamp: 2 ** 53 }, "timestamp must be a whole number of milliseconds, not 9007199254740992"],
  [{ timestamp: undefined }, "timestamp must be a whole number of milliseconds, not undefined"],
  [{ timestamp: 5n }, "timestamp must be a whole number of milliseconds, not a bigint"],
  [{ key: 42 }, "key must be bytes or null, not 42"],
  [{ key: transferred() }, "key must be bytes or null, not bytes whose memory was transferred"],
  [{ value: "text" }, "value must be bytes or null, not a string"],
  [{ key: new Uint16Array([1]) }, "key must be bytes or null, not a object"],
  [{ key: new Uint16Array() }, "key must be bytes or null, not a object"],
  [{ key: new DataView(new ArrayBuffer(1)) }, "key must be bytes or null, not a object"],
  [{ value: transferred() }, "value must be bytes or null, not bytes whose memory was transferred"],
  [{ value: new ArrayBuffer(1) }, "value must be bytes or null, not a object"],
  [{ value: undefined }, "value must be bytes or null, not undefined"],
  [{ headers: undefined }, "headers must be an array, not undefined"],
  [{ headers: null }, "headers must be an array, not null"],
  [{ headers: { a: null } }, "headers must be an array, not a object"],
  [{ headers: ["ab"] }, "headers must be pairs of a name and bytes, not a string"],
  [{ headers: [null] }, "headers must be pairs of a name and bytes, not null"],
  [{ headers: [["c", transferred()]] }, "header c must be bytes or null, not bytes whose memory was transferred"],
  [
    {
      headers: [
        ["good", null],
        ["bad", true],
      ],
    },
    "header bad must be bytes or null, not a boolean",
  ],
  [{ headers: [["a"]] }, "header a must be bytes or null, not undefined"],
  [{ headers: [["b", 5]] }, "header b must be bytes or null, not 5"],
  [{ headers: [[5, null]] }, "headers must be pairs of a name and bytes, not a object"],
];

test.each(badRecords.map(([fields, why]) => ({ fields, why })))("a record is rejected: $why", ({ fields, why }) => {
  // Callers in JavaScript can pass such values.
  const record = { ...good, ...fields } as ProducerRecord;
  expect(batchProblem({ ...batch, records: [record] })).toEqual({ code: "INVALID_RECORD", why });
  const among = batchProblem({ ...batch, records: [good, record, good] });
  expect(among).toEqual({ code: "INVALID_RECORD", why: `record 1: ${why}` });
});

const badBatches: [object, string, string][] = [
  [{ partition: -1 }, "INVALID_REQUEST", "partition must be a whole number from 0 to 2147483647, not -1"],
  [{ partition: 0.5 }, "INVALID_REQUEST", "partition must be a whole number from 0 to 2147483647, not 0.5"],
  [{ partition: 2 ** 31 }, "INVALID_REQUEST", "partition must be a whole number from 0 to 2147483647, not 2147483648"],
  [
    { baseSequence: Number.NaN },
    "INVALID_REQUEST",
    "baseSequence must be a whole number from -1 to 2147483647, not NaN",
  ],
  [
    { identity: { producerId: 2n ** 63n, producerEpoch: 0 } },
    "INVALID_REQUEST",
    "producerId must be a bigint of 64 bits, not 9223372036854775808",
  ],
  [
    { identity: { producerId: 1n, producerEpoch: 40_000 } },
    "INVALID_REQUEST",
    "producerEpoch must be a whole number from -1 to 32767, not 40000",
  ],
  [
    { topic: "t".repeat(32_768) },
    "INVALID_TOPIC_EXCEPTION",
    "its name has 32768 bytes in UTF-8, the protocol allows 32767",
  ],
  [{ topic: "\ud800" }, "INVALID_TOPIC_EXCEPTION", "its name has a lone surrogate, which UTF-8 cannot encode"],
  [{ baseSequence: -2 }, "INVALID_REQUEST", "baseSequence must be a whole number from -1 to 2147483647, not -2"],
  [
    { identity: { producerId: 1n, producerEpoch: -2 } },
    "INVALID_REQUEST",
    "producerEpoch must be a whole number from -1 to 32767, not -2",
  ],
  [
    { identity: { producerId: 5, producerEpoch: 0 } },
    "INVALID_REQUEST",
    "producerId must be a bigint of 64 bits, not 5",
  ],
  [{ topic: undefined }, "INVALID_TOPIC_EXCEPTION", "its name must be a string, not undefined"],
  [{ records: [undefined] }, "INVALID_RECORD", "is missing"],
  [{ records: [good, undefined] }, "INVALID_RECORD", "record 1: is missing"],
  [{ records: [] }, "INVALID_RECORD", "a batch needs at least one record"],
];

test.each(badBatches.map(([fields, code, why]) => ({ fields, code, why })))("a batch is rejected: $why", (bad) => {
  const { fields, code, why } = bad;
  expect(batchProblem({ ...batch, ...fields })).toEqual({ code, why });
});
