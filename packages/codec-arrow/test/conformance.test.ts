import { codecCases } from "@dataqueues/testing";
import { describe, expect, test } from "vitest";

import { subjects } from "./conformance.ts";

describe.each(subjects)("$codec.name keeps the codec contract", (subject) => {
  test.each(codecCases(subject))("$name", ({ run }) => expect(run()).resolves.toBeUndefined());
});
