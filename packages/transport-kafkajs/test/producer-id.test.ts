import { expect, test } from "vitest";

import { int16, int32, int64, joined } from "./fields.ts";
import { open, refusal, startAlone } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";

/** The response to InitProducerId, version 1. */
const given = (errorCode: number, producerId: bigint, epoch: number): Buffer =>
  joined(int32(0), int16(errorCode), int64(producerId), int16(epoch));

test("a producer id is requested without a transaction", async () => {
  const server = await startAlone();
  server.on(api.initProducerId, () => given(0, 2n ** 60n, 3));
  const connection = await open("write", server);
  await expect(connection.initProducerId()).resolves.toEqual({ producerId: 2n ** 60n, producerEpoch: 3 });
  const [asked] = server.askedFor(api.initProducerId);
  expect(asked?.body.text()).toBeNull();
});

test("a refused producer id is an error with Kafka's name", async () => {
  const server = await startAlone();
  server.on(api.initProducerId, () => given(15, -1n, -1));
  const error = await refusal((await open("write", server)).initProducerId());
  expect(error).toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe("Asking for a producer id: COORDINATOR_NOT_AVAILABLE");
});
