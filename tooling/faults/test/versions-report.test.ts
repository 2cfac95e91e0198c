import { expect, test } from "vitest";

import type { FaultRow } from "../src/fault.ts";
import { kafkaUnderTest } from "../src/kafka-under-test.ts";
import { outcomeOf } from "../src/versions-report.ts";

const row: FaultRow = {
  fault: "leader-killed",
  cycles: 1,
  acknowledged: 10,
  rejected: 0,
  lost: 0,
  duplicated: 2,
  outOfOrder: 0,
  notes: [],
  broken: ["2 messages in the log more than once", "duplicated: 0:4060 is at [(0, 6330), (0, 6340)]"],
};

test("messages that are there twice break a promise only where there are producer ids", () => {
  expect(outcomeOf({ version: "3.9.1" }, row)).toContain("BROKEN: 2 messages in the log more than once");
  expect(outcomeOf({ version: "2.8.1" }, row)).toBe("passed; 2 duplicated, for want of producer ids");
  expect(outcomeOf({ version: "2.8.1" }, { ...row, broken: [] })).toBe("passed");
  const lost = { ...row, broken: ["1 messages acknowledged and lost", ...row.broken] };
  expect(outcomeOf({ version: "2.8.1" }, lost)).toBe("BROKEN: 1 messages acknowledged and lost");
});

test("a Kafka that is not here is refused with those that are", () => {
  expect(() => kafkaUnderTest("2.7.0", undefined)).toThrow("--kafka must be one of 4.4.0, 3.9.1, 2.8.1, not 2.7.0");
  expect(() => kafkaUnderTest(undefined, "toString")).toThrow(
    /--api-versions must be one of kafka-2\.1, .*, not toString/,
  );
  expect(kafkaUnderTest("2.8.1", "kafka-2.1")).toEqual({ version: "2.8.1", apiVersions: "kafka-2.1" });
});
