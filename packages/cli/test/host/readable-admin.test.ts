import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { expect, test } from "vitest";

import { readableAdmin } from "../../src/host/readable-admin.ts";
import { exampleLog } from "../topics/example-log.ts";

/** A log that refuses admins with an error. */
async function refusing(error: Error): Promise<Transport> {
  const log = await exampleLog();
  return {
    ...log,
    async open(role, options) {
      if (role === "admin") throw error;
      return log.open(role, options);
    },
  };
}

test.for([
  ["has no administration", new UnsupportedError("none here")],
  [
    "does not allow it to this caller",
    new TransportError("not you", { code: "CLUSTER_AUTHORIZATION_FAILED", retriable: false }),
  ],
] as const)("a log that %s is looked at as a reader does, and nothing is changed", async ([, error]) => {
  const admin = await readableAdmin(await refusing(error)).open("admin");
  expect((await admin.metadata()).map(({ topic }) => topic).toSorted()).toEqual(["empty", "night"]);
  const place = { topic: "night", partition: 0 };
  expect(await admin.listOffsets(1, [{ ...place, at: "latest" }])).toEqual([{ ...place, offset: 3n }]);
  for (const change of [admin.createTopics([]), admin.createPartitions([]), admin.deleteTopics(["night"])]) {
    await expect(change).rejects.toThrow("memory can only be read here: it lets nobody change topics, or not you");
  }
  expect("listGroups" in admin).toBe(false);
  admin.close();
  await expect(admin.metadata()).rejects.toMatchObject({ code: "NETWORK_EXCEPTION" });
});

test("a log that cannot be reached is not tried as a reader", async () => {
  const error = new TransportError("down", { code: "NETWORK_EXCEPTION", retriable: true });
  await expect(readableAdmin(await refusing(error)).open("admin")).rejects.toBe(error);
});

test("a log that lets people change it is used as it is", async () => {
  const admin = await readableAdmin(await exampleLog()).open("admin");
  expect(await admin.createTopics([{ topic: "new" }])).toEqual([{ topic: "new" }]);
  expect(await admin.listGroups?.()).toHaveLength(2);
});
