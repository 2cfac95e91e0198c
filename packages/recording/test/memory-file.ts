import type { Readable, Writable } from "../src/recording-file.ts";

/** A file in memory: what is written can be read. */
export class MemoryFile implements Writable, Readable {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();

  async write(bytes: Uint8Array): Promise<void> {
    const all = new Uint8Array(this.bytes.length + bytes.length);
    all.set(this.bytes);
    all.set(bytes, this.bytes.length);
    this.bytes = all;
  }

  position(): bigint {
    return BigInt(this.bytes.length);
  }

  async size(): Promise<bigint> {
    return BigInt(this.bytes.length);
  }

  async read(offset: bigint, size: bigint): Promise<Uint8Array> {
    return this.bytes.subarray(Number(offset), Number(offset + size));
  }
}
