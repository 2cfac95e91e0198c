import { expect, test } from "vitest";

import { offsetValue } from "../src/attributes.ts";

test.each([
  [0n, 0],
  [2n ** 53n - 1n, 9007199254740991],
  [2n ** 53n, "9007199254740992"],
  [2n ** 63n - 1n, "9223372036854775807"],
])("the offset %s is a number where that is exact, else text", (offset, value) => {
  expect(offsetValue(offset)).toBe(value);
});
