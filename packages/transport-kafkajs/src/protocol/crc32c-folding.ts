/*
 * Bytes can be made shorter without changing their CRC-32C. A checksum is the remainder of a division of polynomials, and
 * x^(8 * 5275) + x^(8 * 4508) + x^(8 * 2751) + 1 is a multiple of the divisor: adding it, anywhere, changes nothing. So a byte
 * can be replaced by zero if it is XORed into the bytes that come 767, 2524 and 5275 bytes later. This needs no tables, and
 * WebAssembly does it with sixteen bytes at a time.
 *
 * The method is that of https://arxiv.org/abs/2412.16398, with a multiple for the divisor of CRC-32C.
 */

/** The places of the multiple's terms, in bytes. */
export const terms = [0, 2_751, 4_508, 5_275] as const;
const reach = terms[3];

/** With fewer bytes it takes longer to fold them than to compute their checksum. */
const minLength = 8_192;
const blockSize = 65_536;
/** Where the last bytes are put. From `reach` to here are the zeros that follow what was folded. */
const endAt = 16_384;

// The parameters of the function and its local variable.
const [place, to, distance, target] = [0, 1, 2, 3] as const;
const get = (variable: number): number[] => [0x20, variable];
const load = (from: number, offset: number): number[] => [0x20, from, 0xfd, 0, 0, (offset & 0x7f) | 0x80, offset >> 7];
const xor = [0xfd, 0x51];

/** `for (; place < to; place += 16) memory[place + distance] ^= memory[place] ^ memory[place + 2751] ^ memory[place + 4508]` */
const code = [
  [1, 1, 0x7f, 0x03, 0x40], // let target; loop
  [get(place), get(distance), 0x6a, 0x21, target].flat(), // target = place + distance
  get(target), // the address of what is stored below
  load(target, 0),
  [load(place, terms[0]), xor].flat(),
  [load(place, terms[1]), xor].flat(),
  [load(place, terms[2]), xor].flat(),
  [0xfd, 0x0b, 0, 0], // store
  [get(place), 0x41, 16, 0x6a, 0x22, place].flat(), // place += 16
  [get(to), 0x49, 0x0d, 0, 0x0b, 0x0b].flat(), // loop again if place < to
].flat();

/** https://webassembly.github.io/spec/core/binary/modules.html */
const moduleBytes: number[] = [
  [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0], // magic number, version
  [1, 7, 1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0], // a type: a function of three int32
  [3, 2, 1, 0], // a function of this type
  [5, 3, 1, 0, 2], // a memory of two pages of 64 KiB
  [7, 17, 2, 6, ...Buffer.from("memory"), 2, 0, 4, ...Buffer.from("fold"), 0, 0], // the exports
  [10, code.length + 2, 1, code.length, ...code],
].flat();

/**
 * Gives bytes that have the same CRC-32C and are shorter than 8 KiB: these themselves, or a view that is valid until the next
 * call, which uses the same memory. It reads some 14 GB/s. Undefined where there is no WebAssembly with vectors, or no address
 * space for its memory.
 */
export const fold: ((bytes: Uint8Array) => Uint8Array) | undefined = makeFold();

function makeFold(): typeof fold {
  let exports: WebAssembly.Exports;
  try {
    ({ exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(moduleBytes))));
  } catch {
    return undefined;
  }
  const memory = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer);
  const foldMemory = exports["fold"] as (place: number, to: number, distance: number) => void;
  return (bytes) => {
    if (bytes.length < minLength) return bytes;
    const folded = (bytes.length - reach) & ~15;
    memory.fill(0, 0, reach);
    for (let from = 0; from < folded; from += blockSize) {
      const size = Math.min(blockSize, folded - from);
      memory.set(bytes.subarray(from, from + size), reach);
      if (from === 0) invertStart(memory, reach);
      foldMemory(0, size, reach);
      memory.copyWithin(0, size, size + reach);
    }
    memory.fill(0, reach, endAt);
    memory.set(bytes.subarray(folded), endAt);
    foldMemory(0, reach, endAt);
    invertStart(memory, endAt);
    return memory.subarray(endAt, endAt + bytes.length - folded);
  };
}

/** The checksum is defined with its first 32 bits inverted: those of the bytes, and again those of what is left of them. */
function invertStart(memory: Uint8Array, start: number): void {
  for (let index = start; index < start + 4; index++) memory[index]! ^= 0xff;
}
