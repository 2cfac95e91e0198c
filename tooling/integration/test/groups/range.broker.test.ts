import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { expect, test } from "vitest";

import { onceAndCommitted, takeTurns } from "./taking-turns.ts";

const own = { groupProtocol: "classic", assignor: "range" } as const;

describeKafka("a classic group with range", (bootstrapServers) => {
  test("is shared with Java's client with its defaults", async () => {
    expect(await takeTurns({ bootstrapServers, client: "java", own })).toEqual(onceAndCommitted);
  });

  test("is shared with librdkafka with its defaults", async () => {
    expect(await takeTurns({ bootstrapServers, client: "librdkafka", own })).toEqual(onceAndCommitted);
  });

  test("is shared with aiokafka", async () => {
    expect(await takeTurns({ bootstrapServers, client: "aiokafka", own, theirs: { assignor: "range" } })).toEqual(
      onceAndCommitted,
    );
  });
});
