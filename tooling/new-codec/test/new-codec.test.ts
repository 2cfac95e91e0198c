import { join } from "node:path";
import { expect, test } from "vitest";

import { newCodec } from "../src/new-codec.ts";

const root = join(import.meta.dirname, "../../..");

test.each(["Try", "1st", "first_try", "first-", "../first", ""])("the name %j is refused", (name) => {
  expect(() => newCodec(root, name)).toThrow(`"${name}" is not a name for a codec: use small letters`);
});

test("the name of a package that is there is refused", () => {
  expect(() => newCodec(root, "text")).toThrow("packages/codec-text exists already");
});
