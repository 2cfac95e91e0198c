import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { ascii, utf8 } from "@dataqueues/codec-text";

/** What Python does: bytes or text, or the place where it refuses. Made by tooling/python/scripts/text_vectors.py. */
interface Vectors {
  readonly encode: readonly { readonly text: string; readonly bytes?: string; readonly offset?: number }[];
  readonly decode: readonly { readonly bytes: string; readonly text?: string; readonly offset?: number }[];
}

const vectors: Readonly<Record<string, Vectors>> = JSON.parse(
  readFileSync(new URL("vectors/text.json", import.meta.url), "utf8"),
);

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

describe.each([utf8(), ascii()])("$name", (codec) => {
  const { encode, decode } = vectors[codec.name] ?? { encode: [], decode: [] };

  test("there are vectors of both kinds, good and bad", () => {
    expect(encode.filter(({ bytes }) => bytes !== undefined).length).toBeGreaterThan(4);
    expect(encode.filter(({ offset }) => offset !== undefined).length).toBeGreaterThan(4);
    expect(decode.filter(({ text }) => text !== undefined).length).toBeGreaterThan(3);
    expect(decode.filter(({ offset }) => offset !== undefined).length).toBeGreaterThan(10);
  });

  test.each(encode)("writes $text as Python does, or refuses it at the same place", ({ text, bytes, offset }) => {
    if (bytes !== undefined) expect(hex(codec.encode(text))).toBe(bytes);
    else expect(refusal(() => codec.encode(text))).toMatchObject({ name: "TextError", offset });
  });

  test.each(decode)("reads $bytes as Python does, or refuses it at the same place", ({ bytes, text, offset }) => {
    if (text !== undefined) expect(codec.decode(bytesOf(bytes))).toBe(text);
    else expect(refusal(() => codec.decode(bytesOf(bytes)))).toMatchObject({ name: "TextError", offset });
  });

  test("bytes within a larger buffer are read alone", () => {
    expect(codec.decode(new Uint8Array([255, 97, 98, 255]).subarray(1, 3))).toBe("ab");
  });

  test.each([null, undefined, 5, true, {}, ["a"], new Uint8Array(1), new String("a")])(
    "%s is no text, and is refused",
    (value) => {
      const error = refusal(() => codec.encode(value as never));
      expect(error).toMatchObject({ name: "TextError", code: "type" });
      expect(error).toHaveProperty("message", expect.stringContaining(codec.name));
    },
  );
});
