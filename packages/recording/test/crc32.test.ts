import { afterEach, expect, test, vi } from "vitest";

import { crc32 } from "../src/crc32.ts";

const bytes = new TextEncoder().encode("123456789");

afterEach(() => void vi.restoreAllMocks());

// The check value of CRC-32/ISO-HDLC: https://reveng.sourceforge.io/crc-catalogue/17plus.htm
test.each([
  ["in Node", () => undefined],
  ["where there is no Node", () => vi.spyOn(process, "getBuiltinModule").mockReturnValue({})],
])("the checksum of the catalogue's text is right %s, in one piece and in two", (_where, prepare) => {
  prepare();
  expect(crc32(bytes)).toBe(0xcbf43926);
  expect(crc32(bytes.subarray(4), crc32(bytes.subarray(0, 4)))).toBe(0xcbf43926);
});
