/**
 * What others make of bytes: aiokafka 0.14.0 with cramjam 2.14.0, python-lz4 4.4.5 and zstandard 0.25.0 where it says so, and
 * Kafka 4.4.0's own (Java) of a batch. `most` is the size that the headers allow.
 */
const abc = (times: number): Buffer => Buffer.from("abc".repeat(times));
const random = "1a7778d4971de050ce2c4a5cc0397df7068010abe8352d5b99f498561eef4035d1aaf3ac57d97e6a";
const java = "30000000026b0a68656c6c6f06026104010202610104c3a9000e00cf0f020100001000c0cf2404000100";
const bytesOf = (hex: string): Buffer => Buffer.from(hex, "hex");

/** The header that Java's library writes before snappy blocks. */
export const xerial = "82534e41505059000000000100000001";

export const compressedVectors = [
  ["snappy", "one block", "ac0208616263fe0300fe0300fe0300fe0300a20300", abc(100), 300],
  [
    "snappy",
    "blocks of 128 bytes in Java's frame",
    `${xerial}0000000c800108616263fe0300f203000000000c800108636162fe0300f20300000000082c08626361a20300`,
    abc(100),
    300,
  ],
  ["snappy", "bytes as they are", `${xerial}0000002a289c${random}`, bytesOf(random), 40],
  ["snappy", "Java's client", `${xerial}0000002c2aa4${java}`, bytesOf(java), 42],
  ["snappy", "nothing", "00", abc(0), 0],
  ["lz4", "Java's client", `04224d186040822a000080${java}00000000`, bytesOf(java), 42],
  [
    "lz4",
    "a block of 14 bytes",
    "04224d187040ad0e0000003f6162630300ff12506263616263c0aad45c00000000",
    abc(100),
    14 * 255,
  ],
  ["lz4", "bytes as they are", `04224d187040ad28000080${random}ad3dcf4400000000`, bytesOf(random), 40],
  [
    "lz4",
    "linked blocks with all checksums and the size (python-lz4)",
    "04224d185c40f049020000000000e90d0100003f6162630300ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe55063616263610fc3494e0a0100000fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe850616263616227854c2f540000000f0300ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff2250626361626354adc031000000009c82e5c7",
    abc(50_000),
    153_000,
  ],
  ["zstd", "a block", "28b52ffd602c0055000018616263010026aa6e08", abc(100), 300],
  ["zstd", "bytes as they are", `28b52ffd2028410100${random}`, bytesOf(random), 40],
  [
    "zstd",
    "one byte again and again",
    "28b52ffda040420f005400001000000100fbff39c00202001000020010000200100002001000020010000200100003120a00",
    Buffer.alloc(1_000_000),
    1_000_000,
  ],
  ["zstd", "nothing (zstandard)", "28b52ffd2000010000", abc(0), 0],
  [
    "zstd",
    "twelve blocks without their size (zstandard)",
    "28b52ffd00585c0000186162630100faffe66e084c000008630100fcff3910024c000008620100fcff3910024c000008610100fcff3910024c000008630100fcff3910024c000008620100fcff3910024c000008610100fcff3910024c000008630100fcff3910024c000008620100fcff3910024c000008610100fcff3910024c000008630100fcff3910024d0000086201005c631d0801",
    abc(500_000),
    12 * 2 ** 17,
  ],
  [
    "zstd",
    "two blocks without their size (zstandard)",
    "28b52ffd00405c0000186162630100faffe66e0845000008630100ecc90e84",
    abc(50_000),
    2 ** 18,
  ],
  [
    "zstd",
    "a flushed block, and a checksum (zstandard)",
    "28b52ffd045854000018616263010026aa6e084c000008610100fcff39100245000008630100c0c80e849945d09a",
    abc(50_000),
    3 * 2 ** 17,
  ],
] as const;
