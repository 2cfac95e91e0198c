import { myFormat } from "@dataqueues/codec-my-format";
import type { CodecCasesOptions } from "@dataqueues/testing";

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<number, number>[] = [
  {
    codec: myFormat(),
    values: [0, -0, 1.5, -1e300, NaN, Infinity],
    // Python: struct.pack("<d", 1.5)
    vectors: [{ bytes: Uint8Array.of(0, 0, 0, 0, 0, 0, 0xf8, 0x3f), value: 1.5 }],
    refused: [new Uint8Array(), new Uint8Array(9)],
    refusesTruncated: true,
  },
];
