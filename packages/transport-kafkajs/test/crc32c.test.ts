import { expect, test } from "vitest";

import { crc32c } from "../src/protocol/crc32c.ts";
import { batches } from "./java-vectors.ts";

const counting = Uint8Array.from({ length: 32 }, (_, index) => index);

// RFC 3720, appendix B.4, and the check value of the polynomial.
test.each([
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 bytes of ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["bytes that count up", counting, 0x46dd794e],
  ["bytes that count down", counting.toReversed(), 0x113fdb5c],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
])("the checksum of %s is the published one at every alignment", (_, bytes, expected) => {
  for (let offset = 0; offset < 9; offset++) {
    const room = new Uint8Array(bytes.length + 16).fill(0xaa);
    room.set(bytes, offset);
    expect(crc32c(room.subarray(offset, offset + bytes.length))).toBe(expected);
  }
});

test("the checksums of Java's batches are computed at every alignment", () => {
  for (const hex of Object.values(batches)) {
    const bytes = Buffer.from(hex, "hex");
    for (let offset = 0; offset < 4; offset++) {
      const room = Buffer.alloc(bytes.length + 4);
      bytes.copy(room, offset);
      expect(crc32c(room.subarray(offset + 21, offset + bytes.length))).toBe(bytes.readUInt32BE(17));
    }
  }
});
