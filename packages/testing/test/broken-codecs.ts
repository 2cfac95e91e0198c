import type { Codec } from "@dataqueues/core";

import { reference } from "./reference-codec.ts";

const encode = (value: Float64Array): Uint8Array => reference.encode(value);
const decode = (bytes: Uint8Array): Float64Array => reference.decode(bytes);

/** For each promise the reference codec, changed to break it alone. */
export const brokenCodecs: Readonly<Record<string, () => Codec<Float64Array>>> = {
  "the codec's name is a text that is not empty": () => ({ ...reference, name: "" }),

  "encode gives a Uint8Array": () => ({
    ...reference,
    encode(value) {
      const clamped: unknown = Uint8ClampedArray.from(encode(value));
      return clamped as Uint8Array;
    },
  }),

  "what was encoded is decoded to an equal value": () => ({
    ...reference,
    decode: (bytes) => decode(bytes).map((value) => (Number.isNaN(value) ? 0 : value)),
  }),

  "many values at once come back as they do one by one": () => {
    let current: Float64Array = new Float64Array();
    return {
      ...reference,
      async encode(value) {
        current = value;
        await Promise.resolve();
        return encode(current);
      },
    };
  },

  "the same value gives the same bytes": () => {
    let count = 0;
    return {
      ...reference,
      encode(value) {
        const bytes = encode(value);
        count += 1;
        if (value.length === 3 && count % 2 === 0) bytes[0] = 0x83;
        return bytes;
      },
    };
  },

  "messages of another program are decoded": () => ({
    ...reference,
    decode(bytes) {
      if ((bytes[0] ?? 0) > 0x7f) throw new RangeError("more than 127 values");
      return decode(bytes);
    },
  }),

  "values are encoded as by the other program, byte for byte": () => ({
    ...reference,
    encode(value) {
      const bytes = encode(value);
      bytes[0] = value.length | 0x80;
      return bytes;
    },
  }),

  "a message is decoded anywhere in a larger buffer": () => ({
    ...reference,
    decode: (bytes) => decode(new Uint8Array(bytes.buffer.slice(0, bytes.length)).with(0, bytes[0] ?? 0)),
  }),

  "a message is decoded from a Node Buffer, too": () => ({
    ...reference,
    decode(bytes) {
      decode(bytes);
      return new Float64Array(bytes.slice(1).buffer);
    },
  }),

  "decode leaves the bytes as they are": () => ({
    ...reference,
    decode(bytes) {
      const value = decode(bytes);
      bytes.fill(0);
      return value;
    },
  }),

  "encode leaves the value as it is": () => ({
    ...reference,
    encode(value) {
      if (value[0] === 1e300) value[0] = 2;
      return encode(value);
    },
  }),

  "encoded bytes share no memory with the value": () => ({
    ...reference,
    encode(value) {
      if (!(value instanceof Float64Array) || value.byteOffset === 0) return encode(value);
      const bytes = new Uint8Array(value.buffer, value.byteOffset - 1, 1 + value.byteLength);
      bytes[0] = value.length;
      return bytes;
    },
  }),

  "encoded bytes stay as they are when more is encoded": () => {
    const scratch = new Uint8Array(1024);
    return {
      ...reference,
      encode(value) {
        const bytes = encode(value);
        scratch.set(bytes);
        return scratch.subarray(0, bytes.length);
      },
    };
  },

  "a decoded value stays as it is when more is decoded": () => {
    const scratch = new Float64Array(128);
    return {
      ...reference,
      decode(bytes) {
        const value = decode(bytes);
        scratch.set(value);
        return scratch.subarray(0, value.length);
      },
    };
  },

  "the record's context stays as it is": () => ({
    ...reference,
    decode(bytes, context) {
      if (context !== undefined) Object.assign(context, { topic: "changed" });
      return decode(bytes);
    },
  }),

  "a message without bytes is a value or an error": () => throwsTextFor((bytes) => bytes.length === 0),

  "a message that is cut short is an error": () => ({
    ...reference,
    decode: (bytes) => decode(bytes.length === 24 ? Uint8Array.of(...bytes, 0) : bytes),
  }),

  "random bytes are a value or an error": () => throwsTextFor((bytes) => bytes.length > 100),

  "a changed message is a value or an error": () =>
    throwsTextFor((bytes) => bytes.length > 8 && bytes[0] === 0xff && bytes.at(-1) === 0x3f && bytes.at(-2) === 0xf0),

  "a value that cannot be encoded is an error": () => ({
    ...reference,
    encode(value) {
      if (value === undefined) throw notAnError;
      return encode(value);
    },
  }),

  "names in a message change no prototype": () => ({
    ...reference,
    encode(value: unknown) {
      if (value instanceof Float64Array) return encode(value);
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, "__proto__")) throw new TypeError("no");
      return Uint8Array.of(0xff, ...new TextEncoder().encode(JSON.stringify(value)));
    },
    decode(bytes) {
      if (bytes[0] !== 0xff || bytes[1] !== 0x7b) return decode(bytes);
      const message: Record<string, object> = JSON.parse(new TextDecoder().decode(bytes.subarray(1)));
      const read: Record<string, object> = {};
      for (const [name, value] of Object.entries(message)) Object.assign(read[name] ?? {}, value);
      return new Float64Array();
    },
  }),

  "messages that are not in the format are errors": () => ({
    ...reference,
    decode: (bytes) => (bytes[0] === 2 && bytes.length === 2 ? new Float64Array() : decode(bytes)),
  }),
};

const notAnError: unknown = "a text, which is no Error";

function throwsTextFor(matches: (bytes: Uint8Array) => boolean): Codec<Float64Array> {
  return {
    ...reference,
    decode(bytes) {
      if (matches(bytes)) throw notAnError;
      return decode(bytes);
    },
  };
}
