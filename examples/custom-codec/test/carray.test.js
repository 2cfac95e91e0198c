import { NdArray } from "@dataqueues/arrays";
import { codecCases } from "@dataqueues/testing";
import { carray } from "dataqueues-codec-carray";
import { test } from "node:test";

const value = new NdArray("<i2", [2, 3], Int16Array.of(1, 2, 3, 4, 5, -1));
const bytes = Uint8Array.of(1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 255, 255); // numpy: value.tobytes()
const refused = [bytes.subarray(1), new Uint8Array(13)];
const options = { codec: carray("<i2", [2, 3]), values: [value], vectors: [{ bytes, value }], refused };
for (const { name, run } of codecCases(options)) test(name, run);
