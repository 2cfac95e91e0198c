import { expect, test } from "vitest";
import { xarray } from "../src/index.ts";
import { writeStream } from "../src/write-stream.ts";

// What takes seconds with code that counts its steps: the command that changes the code leaves this file out.

test("a variable of very many dimensions is refused soon", () => {
  const dims = Array.from({ length: 200_000 }, (_, index) => `d${index}`);
  const description = { data_vars: { v: { dims, attrs: {}, dtype: "float64", shape: [1] } } };
  const column = { name: "v", type: "double", length: 1, buffers: [new Uint8Array(8)] };
  const bytes = writeStream({ columns: [column], metadata: new Map([["xarray", JSON.stringify(description)]]) });
  expect(() => xarray().decode(bytes)).toThrow(expect.objectContaining({ code: "metadata" }));
});
