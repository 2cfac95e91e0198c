import { json } from "@dataqueues/codec-json";
import type { CodecCasesOptions } from "@dataqueues/testing";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<unknown, unknown>[] = [
  {
    codec: json(),
    values: [null, true, 1, -0.5, 1.5e300, "é", [], {}, [1, [2, [3]]], { a: { b: [null] } }, 2n ** 63n],
    vectors: [
      { bytes: text('{"scan_id": 9, "gain": NaN}'), value: { scan_id: 9, gain: NaN }, written: false },
      {
        bytes: text('{"a": [1, 2.5, -0.0, 9007199254740993, "é", null, true]}'),
        value: { a: [1, 2.5, -0, 9007199254740993n, "é", null, true] },
        written: false,
      },
      { bytes: text('"\\ud800"'), value: "\ud800", written: false },
    ],
    refused: [new Uint8Array(), ...["{", "'a'", "[1,]", "[".repeat(100_000)].map(text), Uint8Array.of(0xff, 0xfe)],
  },
];
