import { ascii, utf8 } from "@dataqueues/codec-text";
import type { CodecCasesOptions } from "@dataqueues/testing";

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<string, string>[] = [
  {
    codec: utf8(),
    values: ["", "Testing", "é ☆ 🛰", "Grüße 😀", "\uFEFFmark", "\0"],
    vectors: [{ bytes: Uint8Array.of(0x63, 0xc3, 0xa9), value: "cé" }],
    refused: [Uint8Array.of(0xff), Uint8Array.of(0xc3), Uint8Array.of(0xed, 0xa0, 0x80)],
  },
  {
    codec: ascii(),
    values: ["", "Testing", "\0\x7f"],
    vectors: [{ bytes: Uint8Array.of(0x4d, 0x4b, 0x54), value: "MKT" }],
    refused: [Uint8Array.of(0x80), Uint8Array.of(0xc3, 0xa9)],
  },
];
