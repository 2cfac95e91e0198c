/**
 * Kafka's hash of a record's key, so that all clients send a key to the same partition: murmur2, 32 bits, seed 0x9747b28c.
 * Source: org.apache.kafka.common.utils.Utils.murmur2.
 *
 * @returns a signed 32-bit integer
 */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let h = 0x9747b28c ^ bytes.length;
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(view.getInt32(i, true), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = bytes.length - whole;
  if (rest > 2) h ^= view.getUint8(whole + 2) << 16;
  if (rest > 1) h ^= view.getUint8(whole + 1) << 8;
  if (rest > 0) h = Math.imul(h ^ view.getUint8(whole), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** The partition that Java's default partitioner chooses for a key. */
export function partitionOfKey(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
