import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { decode, encode } from "../src/index.ts";

const { headers } = JSON.parse(readFileSync(new URL("vectors/headers.json", import.meta.url), "utf8")) as {
  readonly headers: readonly {
    readonly descr: string;
    readonly header: string;
    readonly data?: string;
    /** What Python writes for the array that it reads, or null if it refuses the header. */
    readonly array: string | null;
  }[];
};

const bytesOf = (base64: string): Buffer => Buffer.from(base64, "base64");

for (const { descr, header, data = "", array } of headers) {
  test(`descr ${descr} is ${array === null ? "refused" : "read"}, as by numpy.load`, () => {
    const bytes = Buffer.concat([bytesOf(header), bytesOf(data)]);
    if (array === null) {
      expect(() => decode(bytes)).toThrow(expect.objectContaining({ name: "FormatError", code: "dtype" }));
    } else {
      expect(Buffer.from(encode(decode(bytes))).toString("base64")).toBe(array);
    }
  });
}
