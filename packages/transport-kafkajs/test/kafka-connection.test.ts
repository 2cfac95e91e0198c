import { expect, test } from "vitest";

import { int16, int32, int64, joined } from "./fields.ts";
import { open, refusal, startAlone } from "./scripted-cluster.ts";
import { api } from "./scripted-node.ts";

/** The answer to InitProducerId, version 1. */
const given = (errorCode: number, producerId: bigint, epoch: number): Buffer =>
  joined(int32(0), int16(errorCode), int64(producerId), int16(epoch));

test("a producer's identity is what the node gives, of no transaction", async () => {
  const node = await startAlone();
  node.on(api.initProducerId, () => given(0, 2n ** 60n, 3));
  const connection = await open(node);
  await expect(connection.initProducerId()).resolves.toEqual({ producerId: 2n ** 60n, producerEpoch: 3 });
  const [asked] = node.askedFor(api.initProducerId);
  expect(asked?.body.text()).toBeNull();
});

test("a node that gives no identity is an error with its name", async () => {
  const node = await startAlone();
  node.on(api.initProducerId, () => given(15, -1n, -1));
  const error = await refusal((await open(node)).initProducerId());
  expect(error).toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe("Asking for a producer id: COORDINATOR_NOT_AVAILABLE");
});
