import type { CodecSubject } from "./codec-subject.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-case.ts";
import { copyOf, sameValue } from "./same-value.ts";

const largestAlignment = 8;
const around = 0xa5;

/** Memory: messages anywhere in a buffer, and values and bytes that nobody else changes. */
export function memoryCases<In, Out>(subject: CodecSubject<In, Out>): ConformanceCase[] {
  const { codec, values, originals, equal, roundTripping, define } = subject;
  return [
    define("a message is decoded anywhere in a larger buffer", async () => {
      for (const [index, value] of await roundTripping()) {
        const bytes = await codec.encode(value);
        for (let byteOffset = 0; byteOffset <= largestAlignment; byteOffset += 1) {
          const decoded = await codec.decode(placedAt(byteOffset, bytes));
          check(
            equal(decoded, value),
            `values[${index}] at byteOffset ${byteOffset} was decoded to ${String(decoded)}`,
          );
        }
      }
    }),
    define("a message is decoded from a Node Buffer, too", async () => {
      for (const [index, value] of await roundTripping()) {
        const { buffer, byteOffset, length } = placedAt(0, await codec.encode(value));
        const decoded = await codec.decode(new BufferLike(buffer, byteOffset, length));
        check(equal(decoded, value), `values[${index}] in a Buffer was decoded to ${String(decoded)}`);
      }
    }),
    define("decode leaves the bytes as they are", async () => {
      for (const [index, value] of await roundTripping()) {
        const bytes = placedAt(largestAlignment, await codec.encode(value));
        const before = new Uint8Array(bytes.buffer).slice();
        await codec.decode(bytes);
        check(sameValue(new Uint8Array(bytes.buffer), before), `decode changed the bytes of values[${index}]`);
      }
    }),
    define("encode leaves the value as it is", async () => {
      for (const [index, value] of values.entries()) {
        await codec.encode(value);
        check(unchanged(value, originals[index]), `encode changed values[${index}]`);
      }
    }),
    define("encoded bytes share no memory with the value", async () => {
      for (const [index, value] of await roundTripping()) {
        const before = copyOf(value);
        const bytes = await codec.encode(value);
        const kept = bytes.slice();
        bytes.fill(around);
        const same = unchanged(value, before);
        bytes.set(kept);
        check(same, `writing to the bytes of values[${index}] changed the value`);
      }
    }),
    define("encoded bytes stay as they are when more is encoded", async () => {
      const messages = [];
      for (const [index, value] of await roundTripping()) {
        const bytes = await codec.encode(value);
        messages.push({ index, bytes, before: bytes.slice() });
      }
      await roundTripping();
      for (const { index, bytes, before } of messages) {
        check(sameValue(bytes.slice(), before), `the bytes of values[${index}] changed when another was encoded`);
      }
    }),
    define("a decoded value stays as it is when more is decoded", async () => {
      const messages = [];
      for (const [index, value] of await roundTripping()) {
        messages.push({ index, value, decoded: await codec.decode(await codec.encode(value)) });
      }
      await roundTripping();
      for (const { index, value, decoded } of messages) {
        check(equal(decoded, value), `values[${index}] changed when another was decoded`);
      }
    }),
  ];
}

/** Like Node's Buffer, which browsers do not have: its `slice` is a view, that of a Uint8Array a copy. */
class BufferLike extends Uint8Array<ArrayBuffer> {
  override slice(start?: number, end?: number): Uint8Array<ArrayBuffer> {
    return this.subarray(start, end);
  }
}

/** The same bytes in a larger buffer, with others around them. */
function placedAt(byteOffset: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(byteOffset + bytes.length + largestAlignment).fill(around);
  buffer.set(bytes, byteOffset);
  return buffer.subarray(byteOffset, byteOffset + bytes.length);
}

/** Whether a value is as before. That of a value without visible state shows only in what comes back. */
function unchanged(value: unknown, before: unknown): boolean {
  return isOpaque(value) || sameValue(value, before);
}

function isOpaque(value: unknown): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === null || prototype === Object.prototype || Array.isArray(value);
  return !plain && Object.keys(value).length === 0;
}
