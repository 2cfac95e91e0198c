import { expect, test } from "vitest";

import { commonVersion, kafkaApis } from "../src/protocol/kafka-request.ts";

const { fetch: api } = kafkaApis;
const offered = (minVersion: number, maxVersion: number) => ({ [api.key]: { minVersion, maxVersion } });

test.each([
  [0, 17, 12],
  [4, 4, 4],
  [0, 7, 7],
  [12, 18, 12],
])("of a broker's versions %i to %i the highest common one is taken", (min, max, version) => {
  expect(commonVersion(api, offered(min, max))).toBe(version);
});

test.each([
  [0, 3],
  [13, 18],
  [9, 5],
  [-7, -1],
])("without a version in common the text names both sides (%i to %i)", (min, max) => {
  const words = commonVersion(api, offered(min, max));
  expect(words).toBe(`this client speaks versions 4 to 12, the broker offers ${min} to ${max}`);
});

test("a broker that does not offer the request has no common version", () => {
  expect(commonVersion(api, {})).toBe("this client speaks versions 4 to 12, the broker does not offer the request");
});
