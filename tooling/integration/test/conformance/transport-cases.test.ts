import type { Transport } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { brokenConnections } from "./broken/connections.ts";
import { brokenFetch } from "./broken/fetch.ts";
import { brokenIdempotence } from "./broken/idempotence.ts";
import { brokenInput } from "./broken/input.ts";
import { brokenLargestValue } from "./broken/largest-value.ts";
import { brokenOffsets } from "./broken/offsets.ts";
import { brokenProduce } from "./broken/produce.ts";
import { brokenTopics } from "./broken/topics.ts";

const broken = {
  ...brokenConnections,
  ...brokenTopics,
  ...brokenOffsets,
  ...brokenProduce,
  ...brokenIdempotence,
  ...brokenFetch,
  ...brokenInput,
  ...brokenLargestValue,
};

const largestValueBytes = 50_000;

/** The cases that a transport fails, one after the other as test runners do. */
async function failuresOf(transport: Transport, timeoutMs: number): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of transportCases({ transport: () => transport, largestValueBytes, timeoutMs })) {
    await run().catch(() => failed.push(name));
  }
  return failed;
}

test("there is a broken transport for every case", () => {
  const names = transportCases({ transport: () => memory(), largestValueBytes }).map(({ name }) => name);
  expect(Object.keys(broken).toSorted()).toEqual(names.toSorted());
});

describe.concurrent("a transport that breaks one promise fails the case of it alone", () => {
  test.each(Object.entries(broken))("%s", async (name, breakIt) => {
    expect(await failuresOf(breakIt(memory({ maxMessageBytes: largestValueBytes })), 2_000)).toEqual([name]);
  });
});
