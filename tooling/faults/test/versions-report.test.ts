import { expect, test } from "vitest";

import { kafkaUnderTest } from "../src/kafka-under-test.ts";
import type { NemesisResult } from "../src/nemesis.ts";
import { outcomeOf } from "../src/versions-report.ts";

const result: NemesisResult = {
  nemesis: "leader-killed",
  cycles: 1,
  acknowledged: 10,
  rejected: 0,
  lost: 0,
  duplicated: 2,
  outOfOrder: 0,
  notes: [],
  broken: ["2 messages in the log more than once", "duplicated: 0:4060 is at [(0, 6330), (0, 6340)]"],
};

test("duplicated messages break a promise only on a Kafka with producer ids", () => {
  expect(outcomeOf({ version: "3.9.1" }, result)).toContain("BROKEN: 2 messages in the log more than once");
  expect(outcomeOf({ version: "2.8.1" }, result)).toBe("passed; 2 duplicated, for want of producer ids");
  expect(outcomeOf({ version: "2.8.1" }, { ...result, broken: [] })).toBe("passed");
  const lost = { ...result, broken: ["1 messages acknowledged and lost", ...result.broken] };
  expect(outcomeOf({ version: "2.8.1" }, lost)).toBe("BROKEN: 1 messages acknowledged and lost");
});

test("an unknown Kafka is refused with a list of the known ones", () => {
  expect(() => kafkaUnderTest("2.7.0", undefined)).toThrow("--kafka must be one of 4.4.0, 3.9.1, 2.8.1, not 2.7.0");
  expect(() => kafkaUnderTest(undefined, "toString")).toThrow(
    /--api-versions must be one of kafka-2\.1, .*, not toString/,
  );
  expect(kafkaUnderTest("2.8.1", "kafka-2.1")).toEqual({ version: "2.8.1", apiVersions: "kafka-2.1" });
});
