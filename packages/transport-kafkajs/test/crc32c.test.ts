import { afterEach, expect, test, vi } from "vitest";

import { crc32c } from "../src/protocol/crc32c.ts";
import { fold, terms } from "../src/protocol/crc32c-folding.ts";
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

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

// From java.util.zip.CRC32C. Bytes are folded from 8 KiB on, in blocks of 64 KiB after the first 5,275.
const checksums: readonly (readonly [length: number, expected: number])[] = [
  [8_191, 0xfe42ac27],
  [8_192, 0xe78fe674],
  [8_200, 0xb2df7866],
  [10_550, 0xe73f1004],
  [70_810, 0xfe799798],
  [70_811, 0x3657e409],
  [70_826, 0x0b20d6f1],
  [70_827, 0xec5bd322],
  [131_072, 0x47fe4fa6],
  [136_347, 0xacc6bb54],
  [1_000_003, 0x71b7a088],
];

function someBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => Math.imul(index, index) + (index >> 7));
}

test("the checksums of many bytes are Java's, one after the other and at every alignment", () => {
  for (const [length, expected] of checksums) {
    const room = new Uint8Array(length + 3);
    for (let offset = 0; offset < 4; offset++) {
      room.set(someBytes(length), offset);
      expect(crc32c(room.subarray(offset, offset + length))).toBe(expected);
    }
  }
});

test("many bytes are folded to at most 8 KiB with the same checksum, and stay as they are", () => {
  for (const [length, expected] of checksums) {
    const bytes = someBytes(length);
    const folded = fold?.(bytes) ?? bytes;
    expect(folded.length).toBeLessThan(8_192);
    expect(crc32c(folded)).toBe(expected);
    expect(bytes).toEqual(someBytes(length));
  }
});

test("the polynomial by which bytes are folded is a multiple of the divisor of RFC 3720", () => {
  let remainder = 0;
  let power = 1;
  for (let exponent = 0; exponent <= 8 * terms[3]; exponent++) {
    if (terms.some((place) => 8 * place === exponent)) remainder ^= power;
    power = (power << 1) ^ (power < 0 ? 0x1edc6f41 : 0);
  }
  expect(remainder).toBe(0);
});

function WithoutVectors(): never {
  throw new WebAssembly.CompileError("no vectors");
}

test.each([
  ["no WebAssembly", undefined],
  ["a WebAssembly without vectors", { Module: WithoutVectors }],
])("the checksums are the same where there is %s", async (_what, replacement) => {
  vi.stubGlobal("WebAssembly", replacement);
  vi.resetModules();
  const { fold } = await import("../src/protocol/crc32c-folding.ts");
  const { crc32c } = await import("../src/protocol/crc32c.ts");
  expect(fold).toBeUndefined();
  for (const [length, expected] of checksums) expect(crc32c(someBytes(length))).toBe(expected);
});
