import * as theirs from "@msgpack/msgpack";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { decode, encode } from "../src/index.ts";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

test(`@msgpack/msgpack reads what is written here, and the other way round (DATAQUEUES_SEED=${seed})`, () => {
  const key = fc.string({ unit: "grapheme" }).filter((text) => text !== "__proto__");
  const leaf = fc.oneof(
    fc.constantFrom(null, true, false, 0, 127, 128, 65_536, -32, -33, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1),
    fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
    fc.integer(),
    fc.string({ unit: "grapheme", maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.date({ noInvalidDate: true }),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      leaf,
      fc.array(tie("value"), { maxLength: 20 }),
      fc.dictionary(key, tie("value"), { maxKeys: 20 }),
    ),
  }));
  fc.assert(
    fc.property(value, (given) => {
      expect(theirs.decode(encode(given))).toEqual(given);
      expect(decode(theirs.encode(given))).toEqual(theirs.decode(theirs.encode(given)));
    }),
    { seed, numRuns: 300 },
  );
});
