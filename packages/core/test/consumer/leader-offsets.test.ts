import { expect, test } from "vitest";

import { askLeaders } from "../../src/consumer/leader-offsets.ts";
import { failure, ScriptedLog } from "../scripted-log.ts";
import { readClientOf, stateOf } from "./fetching.ts";

const none = -1;

test("there is one result for each partition, in the order in which they were asked for", async () => {
  const log = new ScriptedLog({ a: 3, b: 1 });
  log.append("a", 1, "0", "1");
  log.on.listOffsets = async (...args) => (await log.plain.listOffsets(...args)).toReversed();
  const { client } = readClientOf(log);
  const results = await askLeaders(client, [
    { state: stateOf("b"), at: "latest" },
    { state: stateOf("a", 1), at: "latest" },
    { state: stateOf("a", 0, undefined, 2), at: "earliest" },
  ]);
  expect(results).toEqual([
    { topic: "b", partition: 0, offset: 0n },
    { topic: "a", partition: 1, offset: 2n },
    { topic: "a", partition: 0, offset: 0n },
  ]);
  expect(log.calls("listOffsets").map(([leader, queries]) => [leader, queries.length])).toEqual([
    [1, 2],
    [2, 1],
  ]);
});

test("a partition that the response leaves out has no result", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.on.listOffsets = async () => [{ topic: "a", partition: 1, offset: 5n }];
  const { client } = readClientOf(log);
  const asked = [0, 1].map((partition) => ({ state: stateOf("a", partition), at: "latest" as const }));
  expect(await askLeaders(client, asked)).toEqual([undefined, { topic: "a", partition: 1, offset: 5n }]);
});

test("a partition without a leader is an error that passes; with no other one nothing is asked", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { client } = readClientOf(log);
  const asked = [0, 1].map((partition) => ({ state: stateOf("a", partition, undefined, none), at: "latest" as const }));
  const missing = { error: { code: "LEADER_NOT_AVAILABLE", retriable: true, message: "the partition has no leader" } };
  expect(await askLeaders(client, asked)).toMatchObject([missing, missing]);
  expect(log.opened).toBe(0);
});

test("it rejects when every leader that was asked fails, and not while one answers", async () => {
  const log = new ScriptedLog({ a: 2 });
  const { client } = readClientOf(log);
  const error = failure("REQUEST_TIMED_OUT");
  log.on.listOffsets = (leader, queries) =>
    leader === 1 ? log.plain.listOffsets(leader, queries) : Promise.reject(error);
  const lookup = (partition: number, leader: number): Parameters<typeof askLeaders>[1][number] => ({
    state: stateOf("a", partition, undefined, leader),
    at: "latest",
  });
  expect(await askLeaders(client, [lookup(0, 1), lookup(1, 2)])).toEqual([
    { topic: "a", partition: 0, offset: 0n },
    { topic: "a", partition: 1, error },
  ]);
  await expect(askLeaders(client, [lookup(0, 2), lookup(1, 3)])).rejects.toBe(error);
});

test("the end of the client rejects, also where another leader would still answer", async () => {
  const log = new ScriptedLog({ a: 2 });
  log.on.listOffsets = () => new Promise(() => undefined);
  const { client } = readClientOf(log);
  const asked = [1, 2].map((leader) => ({ state: stateOf("a", leader - 1, undefined, leader), at: "latest" as const }));
  const results = askLeaders(client, asked);
  await new Promise((resolve) => setTimeout(resolve, 0));
  client.close(new Error("closed"));
  await expect(results).rejects.toThrow("closed");
});
