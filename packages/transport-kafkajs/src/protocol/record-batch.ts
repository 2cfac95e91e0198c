/**
 * What is before the records of a batch of format 2, as every Kafka since 0.11 writes it:
 * https://kafka.apache.org/documentation/#recordbatch
 */
export const batchHeader = {
  /** Bytes before those that `batchLength` counts: the base offset and the length itself. */
  lengthEnd: 12,
  magicAt: 16,
  crcAt: 17,
  /** The checksum covers everything from here on. */
  attributesAt: 21,
  size: 61,
} as const;

/** Bits of a batch's attributes. */
export const batchAttributes = {
  compressionMask: 0b111,
  logAppendTime: 0b1000,
  transactional: 0b1_0000,
  control: 0b10_0000,
} as const;
