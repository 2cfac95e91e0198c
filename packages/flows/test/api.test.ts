import * as flows from "@dataqueues/flows";
import { expect, test } from "vitest";

test("what the package exports changes only on purpose", () => {
  expect(Object.keys(flows).toSorted().join(" ")).toMatchInlineSnapshot(`"fromFlow isDataQueueFlow"`);
});
