import { FormatError } from "@dataqueues/arrays";
import { arrow } from "@dataqueues/codec-arrow";
import { expect, test } from "vitest";

import { PythonArrow } from "./python-arrow.ts";

const python = new PythonArrow();

test.for([
  ["feather", "LZ4"],
  ["feather, zstd", "ZSTD"],
  ["polars file, lz4", "LZ4"],
  ["polars file, zstd", "ZSTD"],
] as const)(
  "a %s, whose body is compressed, is refused with the name of the compression and what to do",
  async ([form, compression]) => {
    const bytes = await python.make("", form);
    expect(() => arrow().decode(bytes)).toThrow(FormatError);
    expect(() => arrow().decode(bytes)).toThrow(compression);
    expect(() => arrow().decode(bytes)).toThrow("uncompressed");
  },
);
