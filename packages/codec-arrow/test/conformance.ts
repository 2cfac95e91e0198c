import { arrow } from "@dataqueues/codec-arrow";
import type { CodecCasesOptions } from "@dataqueues/testing";
import { Table, tableFromArrays, tableToIPC } from "apache-arrow";

const table = tableFromArrays({
  antenna: ["SKA001", "SKA002", null],
  gain: Float32Array.of(1, 0.5, 0.25),
  count: BigInt64Array.of(-1n, 0n, 2n ** 62n),
});

const values: readonly Table[] = [table, table.slice(1), tableFromArrays({ none: new Float64Array(0) })];
// apache-arrow counts the nulls of a Table when it first reads or writes its values, and keeps the numbers in the Table.
for (const value of values) String([value, tableToIPC(value)]);

/** What the conformance cases try, in Node and in a browser: no Node module may be imported here. */
export const subjects: readonly CodecCasesOptions<Table, Table>[] = (["stream", "file"] as const).map((format) => ({
  codec: arrow({ format }),
  values,
  equal: (decoded, value) =>
    decoded instanceof Table && String(decoded.schema) === String(value.schema) && String(decoded) === String(value),
  refused: [new Uint8Array(), new TextEncoder().encode("ARROW1"), Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)],
  // A stream may end without saying so.
  refusesTruncated: format === "file",
}));
