/**
 * Record batches as Apache Kafka 4.4.0's own `MemoryRecords` writes them (kafka-clients, Java). The first four hold the
 * records of `javaRecords`, `gzip` and `zstd` compressed.
 */
export const javaBatches = {
  plain:
    "00000000000000000000005bffffffff02894f8c670000000000020000018bcfe568000000018bcfe9fbe0ffffffffffffffffffffffffffff0000000330000000026b0a68656c6c6f06026104010202610104c3a9000e00cf0f020100001000c0cf2404000100",
  idempotent:
    "00000000000000000000005bffffffff02224078770000000000020000018bcfe568000000018bcfe9fbe0000003a35294400100070001e2400000000330000000026b0a68656c6c6f06026104010202610104c3a9000e00cf0f020100001000c0cf2404000100",
  gzip: "00200000000000010000006fffffffff022d2593ee0001000000020000018bcfe568000000018bcfe9fbe0ffffffffffffffffffffffffffff000000031f8b08000000000000ff3360606060cae6ca48cdc9c967634a646164624a646439bc92818fe13c3f1323038300c381f32a2c0c8c0c00d1443b112a000000",
  zstd: "000000000000000500000067ffffffff023a52b52a0004000000020000018bcfe568000000018bcfe9fbe0ffffffffffffffffffffffffffff0000000328b52ffd005850010030000000026b0a68656c6c6f06026104010202610104c3a9000e00cf0f020100001000c0cf2404000100010000",
  format1: "000000000000000500000018cf056e6e01000000000000000001000000016b0000000176",
  /** Offsets 10 and 11 of producer 42: "t" and "u". */
  transactional:
    "000000000000000a00000041ffffffff02a69cefa600100000000100000000000000050000000000000006000000000000002a000000000000000000020e000000010274000e00020201027500",
  /** Offset 12: the abort marker of producer 42. */
  abort:
    "000000000000000c00000042ffffffff0228a892a900300000000000000000000000070000000000000007000000000000002a0000ffffffff000000012000000008000000000c00000000000300",
} as const;

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);

export const javaRecords = [
  {
    key: ascii("k"),
    value: ascii("hello"),
    headers: [
      ["a", bytes(1, 2)],
      ["a", null],
      ["é", bytes()],
    ],
    timestamp: 1_700_000_000_000,
  },
  { key: null, value: bytes(), headers: [], timestamp: 1_699_999_999_000 },
  { key: bytes(), value: null, headers: [], timestamp: 1_700_000_300_000 },
] as const;

export function fromHex(...hex: string[]): Buffer {
  return Buffer.from(hex.join(""), "hex");
}
