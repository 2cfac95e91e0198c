import { transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

const capabilities = { groups: true };

describe("memory keeps the transport contract", () => {
  const log = memory({ maxMessageBytes: 50_000 });
  test.each(transportCases({ transport: () => log, capabilities, largestValueBytes: 50_000 }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});

describe("memory of three nodes, whose offsets do not begin at 0, keeps the transport contract", () => {
  const log = memory({ nodes: 3, firstOffset: 1_000n });
  const moveLeader = (topic: string, partition: number): void => log.moveLeader(topic, partition, 3);
  test.each(transportCases({ transport: () => log, capabilities, moveLeader }))("$name", ({ run }) =>
    expect(run()).resolves.toBeUndefined(),
  );
});
