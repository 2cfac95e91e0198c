import type { GroupConnection, GroupMember } from "@dataqueues/core";
import { expect, test } from "vitest";

import { int16, int32, joined } from "./fields.ts";
import { coordinatorAt, startGroupBrokers } from "./group-brokers.ts";
import { groupMember } from "./group-member.ts";
import { open, refusal, until } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

const member: GroupMember = { ...groupMember, protocol: "classic" };

/** The response to Heartbeat, version 3. */
const beaten = (errorCode: number): Buffer => joined(int32(0), int16(errorCode));

const questions = (servers: readonly ScriptedBroker[]): number =>
  servers.reduce((sum, server) => sum + server.askedFor(api.findCoordinator).length, 0);

async function start(): Promise<{ one: ScriptedBroker; two: ScriptedBroker; connection: GroupConnection }> {
  const [one, two] = await startGroupBrokers();
  for (const server of [one, two]) server.on(api.heartbeat, () => beaten(0));
  return { one, two, connection: await open("group", one) };
}

test("a group's coordinator is asked for once, by the group's name, and requests go to it alone", async () => {
  const { one, two, connection } = await start();
  for (let count = 0; count < 3; count++) await connection.heartbeat(member);
  expect(questions([one, two])).toBe(1);
  const [asked] = [...one.askedFor(api.findCoordinator), ...two.askedFor(api.findCoordinator)];
  expect([asked?.body.text(), asked?.body.int8(), asked?.body.rest()]).toEqual(["g", 0, Buffer.alloc(0)]);
  expect([one, two].map((server) => server.askedFor(api.heartbeat).length)).toEqual([0, 3]);
});

test("each group has a coordinator of its own", async () => {
  const { one, two, connection } = await start();
  for (const server of [one, two]) {
    server.on(api.findCoordinator, ({ body }) => coordinatorAt(body.text() === "g" ? 1 : 0));
  }
  await connection.heartbeat(member);
  await connection.heartbeat({ ...member, group: "other" });
  await connection.heartbeat(member);
  expect([one, two].map((server) => server.askedFor(api.heartbeat).length)).toEqual([1, 2]);
});

test.each([
  [15, "COORDINATOR_NOT_AVAILABLE", 2],
  [16, "NOT_COORDINATOR", 2],
  [14, "COORDINATOR_LOAD_IN_PROGRESS", 1],
  [22, "ILLEGAL_GENERATION", 1],
])(
  "after error %i, %s, the coordinator was asked for %i times with the next request",
  async (errorCode, code, count) => {
    const { one, two, connection } = await start();
    two.on(api.heartbeat, () => beaten(errorCode));
    const error = await refusal(connection.heartbeat(member));
    expect(error.message).toBe(`Heartbeat in group g: ${code}`);
    for (const server of [one, two]) server.on(api.findCoordinator, () => coordinatorAt(0));
    await connection.heartbeat(member).catch(() => {});
    expect(questions([one, two])).toBe(count);
    expect(one.askedFor(api.heartbeat)).toHaveLength(count - 1);
  },
);

test("a coordinator to which the connection was lost is asked for again", async () => {
  const { one, two, connection } = await start();
  two.on(api.heartbeat, () => "hang up");
  expect(await refusal(connection.heartbeat(member))).toMatchObject({ code: "NETWORK_EXCEPTION" });
  one.on(api.findCoordinator, () => coordinatorAt(0));
  await expect(connection.heartbeat(member)).resolves.toMatchObject({ epoch: 3 });
  expect(questions([one, two])).toBe(2);
  expect(one.askedFor(api.heartbeat)).toHaveLength(1);
});

test("a coordinator that cannot be reached is asked for again", async () => {
  const { one, two, connection } = await start();
  two.stop();
  await until(() => two.sockets.size === 0);
  await refusal(connection.heartbeat(member));
  one.on(api.findCoordinator, () => coordinatorAt(0));
  await expect(connection.heartbeat(member)).resolves.toMatchObject({ epoch: 3 });
});

test("why there is no coordinator is told in the broker's words", async () => {
  const { one, connection } = await start();
  one.on(api.findCoordinator, () => coordinatorAt(-1, 15, "The coordinator is not available."));
  const error = await refusal(connection.heartbeat(member));
  expect(error).toMatchObject({ code: "COORDINATOR_NOT_AVAILABLE", retriable: true });
  expect(error.message).toBe(
    "Finding the coordinator of group g: COORDINATOR_NOT_AVAILABLE: The coordinator is not available.",
  );
  one.on(api.findCoordinator, () => coordinatorAt(0));
  await expect(connection.heartbeat(member)).resolves.toMatchObject({ epoch: 3 });
});

test("a group's name that UTF-8 cannot carry is refused before anything is asked", async () => {
  const { one, two, connection } = await start();
  const error = await refusal(connection.heartbeat({ ...member, group: "\ud800" }));
  expect(error.code).toBe("INVALID_GROUP_ID");
  expect(error.message).toContain("the group's name has a lone surrogate");
  expect(questions([one, two])).toBe(0);
});

test("a broker without groups refuses them by name, and answers everything else", async () => {
  const [one, two] = await startGroupBrokers({ a: [{}] });
  for (const server of [one, two]) server.on(api.apiVersions, () => offered(plainVersions, [api.findCoordinator]));
  const connection = await open("group", one);
  const error = await refusal(connection.heartbeat(member));
  expect(error).toMatchObject({ code: "UNSUPPORTED_VERSION", retriable: false });
  expect(error.message).toContain("FindCoordinator");
  await expect(connection.metadata(["a"])).resolves.toMatchObject([{ topic: "a" }]);
});
