import { describe, expect, test } from "vitest";

import { DataQueueAdmin } from "../src/index.ts";
import { useFakeClock } from "./fake-clock.ts";
import { errorOf, resultOf } from "./result-of.ts";
import { failure, refusal, ScriptedLog } from "./scripted-log.ts";

useFakeClock();

function logWith(...groups: string[]): ScriptedLog {
  const log = new ScriptedLog();
  for (const group of groups) log.groups.set(group, []);
  return log;
}

describe("deleting groups", () => {
  test("gives those that were there, each once and in the order asked for", async () => {
    const log = logWith("a", "b", "c");
    const deleted = new DataQueueAdmin(log).deleteGroups(["b", "missing", "a", "b"]);
    expect(await resultOf(deleted)).toEqual(["b", "a"]);
    expect([...log.groups.keys()]).toEqual(["c"]);
    expect(log.requests).toEqual([
      ["describeGroups", ["b", "missing", "a"]],
      ["deleteGroups", ["b", "missing", "a"]],
    ]);
  });

  test("makes no request for an empty list, and takes a single text for one group", async () => {
    const log = logWith("a");
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.deleteGroups([]))).toEqual([]);
    expect(log.opened).toBe(0);
    expect(await resultOf(admin.deleteGroups("a"))).toEqual(["a"]);
    expect(await resultOf(admin.deleteGroups("a"))).toEqual([]);
  });

  test("counts a group whose deletion was carried out although the response was lost", async () => {
    const log = logWith("a", "b");
    log.on.deleteGroups = async (groups) => {
      delete log.on.deleteGroups;
      for (const group of groups) log.groups.delete(group);
      throw failure("NETWORK_EXCEPTION");
    };
    expect(await resultOf(new DataQueueAdmin(log).deleteGroups(["a", "missing", "b"]))).toEqual(["a", "b"]);
  });

  test("counts a group of a type that the log does not describe", async () => {
    const log = logWith("shared");
    log.on.describeGroups = async (groups) => groups.map((group) => ({ group, error: refusal("GROUP_ID_NOT_FOUND") }));
    expect(await resultOf(new DataQueueAdmin(log).deleteGroups("shared"))).toEqual(["shared"]);
  });

  test("rejects for a group that has members, once the others are gone", async () => {
    const log = logWith("a", "b", "c");
    const refused = refusal("NON_EMPTY_GROUP");
    let tries = 0;
    log.on.deleteGroups = async (groups) =>
      groups.map((group) => {
        if (group === "a") return { group, error: refused };
        if (group === "b" && tries++ < 2) return { group, error: failure("NOT_COORDINATOR") };
        log.groups.delete(group);
        return { group };
      });
    expect(await errorOf(new DataQueueAdmin(log).deleteGroups(["a", "b", "c"]))).toMatchObject({
      name: "TransportError",
      message: "cannot delete group a: NON_EMPTY_GROUP says the log",
      code: "NON_EMPTY_GROUP",
      retriable: false,
      cause: refused,
    });
    expect([...log.groups.keys()]).toEqual(["a"]);
    // What is settled is not asked for again.
    const asked = log.requests.flatMap(([name, groups]) => (name === "deleteGroups" ? [groups] : []));
    expect(asked).toEqual([["a", "b", "c"], ["b"], ["b"]]);
  });

  test("deletes nothing when the log refuses to tell whether a group is there", async () => {
    const log = logWith("a", "b");
    log.on.describeGroups = async (groups) =>
      groups.map((group) => ({ group, error: refusal("GROUP_AUTHORIZATION_FAILED") }));
    expect(await errorOf(new DataQueueAdmin(log).deleteGroups(["a", "b"]))).toMatchObject({
      message: "cannot delete group a: GROUP_AUTHORIZATION_FAILED says the log",
      code: "GROUP_AUTHORIZATION_FAILED",
    });
    expect(log.names).toEqual(["describeGroups"]);
  });

  test("is an UnsupportedError on a log that cannot", async () => {
    const log = logWith("a");
    log.lacks.add("deleteGroups");
    expect(await errorOf(new DataQueueAdmin(log).deleteGroups("a"))).toMatchObject({
      name: "UnsupportedError",
      message: "this log cannot delete groups: its transport has no request deleteGroups",
    });
  });
});
