import { UnsupportedError } from "@dataqueues/core";
import type { GroupDescription } from "@dataqueues/core";
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

const averager: GroupDescription = {
  group: "averager",
  type: "classic",
  state: "Stable",
  assignor: "range",
  coordinator: 2,
  members: [{ memberId: "m-1", clientId: "dataqueues", host: "/10.0.0.1", assignment: [["gains", 0]] }],
};

describe("listing groups", () => {
  test("gives all that the log knows, sorted by name, with what it tells of them", async () => {
    const log = new ScriptedLog();
    const told = [
      { group: "b", protocolType: "connect", state: "Stable", type: "classic" },
      { group: "a", protocolType: "consumer" },
      { group: "B", protocolType: "share", state: "Empty", type: "share" },
    ];
    log.on.listGroups = async () => told;
    expect(await resultOf(new DataQueueAdmin(log).listGroups())).toEqual([told[2], told[1], told[0]]);
  });

  test("is repeated while a broker still loads its groups, on the same connection", async () => {
    const log = logWith("a");
    let tries = 0;
    log.on.listGroups = async () => {
      tries += 1;
      if (tries === 3) delete log.on.listGroups;
      throw failure("COORDINATOR_LOAD_IN_PROGRESS");
    };
    expect(await resultOf(new DataQueueAdmin(log).listGroups())).toMatchObject([{ group: "a" }]);
    expect([log.opened, log.closed]).toEqual([1, 0]);
  });

  test("is repeated on a new connection after one that is lost", async () => {
    const log = logWith("a");
    log.on.listGroups = async () => {
      delete log.on.listGroups;
      throw failure("NETWORK_EXCEPTION");
    };
    expect(await resultOf(new DataQueueAdmin(log).listGroups())).toMatchObject([{ group: "a" }]);
    expect([log.opened, log.closed]).toEqual([2, 1]);
  });

  test("is an UnsupportedError on a log that cannot", async () => {
    const log = logWith("a");
    log.lacks.add("listGroups");
    const error = await errorOf(new DataQueueAdmin(log).listGroups());
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error).toMatchObject({
      message: "this log cannot list groups: its transport has no request listGroups",
    });
  });
});

describe("describing groups", () => {
  test("gives what the log says of each, in the order asked for, however often one is named", async () => {
    const log = logWith("b");
    log.on.describeGroups = async () => [averager, { ...averager, group: "b", members: [], state: "Empty" }];
    const described = await resultOf(new DataQueueAdmin(log).describeGroups(["b", "averager", "b"]));
    const empty = { ...averager, group: "b", members: [], state: "Empty" };
    expect(described).toEqual([empty, averager, empty]);
    expect(log.requests).toEqual([["describeGroups", ["b", "averager"]]]);
  });

  test("takes a single text for one group, and makes no request for an empty list", async () => {
    const log = logWith("averager");
    const admin = new DataQueueAdmin(log);
    expect(await resultOf(admin.describeGroups([]))).toEqual([]);
    expect(log.opened).toBe(0);
    expect(await resultOf(admin.describeGroups("averager"))).toMatchObject([{ group: "averager" }]);
    expect(log.requests).toEqual([["describeGroups", ["averager"]]]);
  });

  test("rejects for a group that does not exist, and names it", async () => {
    const error = await errorOf(new DataQueueAdmin(logWith("a")).describeGroups(["a", "averager"]));
    expect(error).toMatchObject({
      name: "TransportError",
      message: "cannot describe group averager: GROUP_ID_NOT_FOUND says the log",
      code: "GROUP_ID_NOT_FOUND",
      retriable: false,
    });
  });

  test("asks again about those whose coordinator is not found yet, and about no others", async () => {
    const log = logWith("a", "b");
    log.on.describeGroups = async () => {
      if (log.names.length === 3) delete log.on.describeGroups;
      return [
        { group: "b", error: failure("COORDINATOR_NOT_AVAILABLE") },
        { ...averager, group: "a" },
      ];
    };
    const described = await resultOf(new DataQueueAdmin(log).describeGroups(["a", "b"]));
    expect(described.map(({ group, state }) => [group, state])).toEqual([
      ["a", "Stable"],
      ["b", "Empty"],
    ]);
    const again = ["describeGroups", ["b"]];
    expect(log.requests).toEqual([["describeGroups", ["a", "b"]], again, again, again]);
    expect(log.opened).toBe(1);
  });

  test("says what the log says of a group that is not described in time", async () => {
    const log = logWith("a");
    log.on.describeGroups = async () => [{ group: "a", error: failure("COORDINATOR_NOT_AVAILABLE") }];
    expect(await errorOf(new DataQueueAdmin(log, { timeoutMs: 1_000 }).describeGroups("a"))).toMatchObject({
      code: "REQUEST_TIMED_OUT",
      message:
        "describe a: not settled within 1000 ms: cannot describe group a: COORDINATOR_NOT_AVAILABLE says the log",
    });
  });

  test("rejects for a group that the log leaves out of its response", async () => {
    const log = logWith("a");
    log.on.describeGroups = async () => [{ ...averager, group: "b" }];
    expect(await errorOf(new DataQueueAdmin(log).describeGroups("a"))).toMatchObject({
      code: "UNKNOWN_SERVER_ERROR",
      message: "cannot describe group a: the log did not answer for it",
    });
  });

  test("rejects at once when the log refuses the whole request", async () => {
    const log = logWith("a");
    const refused = refusal("UNSUPPORTED_VERSION");
    log.on.describeGroups = () => Promise.reject(refused);
    expect(await errorOf(new DataQueueAdmin(log).describeGroups("a"))).toBe(refused);
    expect(log.names).toHaveLength(1);
  });

  test("is an UnsupportedError on a log that cannot", async () => {
    const log = logWith("a");
    log.lacks.add("describeGroups");
    expect(await errorOf(new DataQueueAdmin(log).describeGroups("a"))).toMatchObject({
      name: "UnsupportedError",
      message: "this log cannot describe groups: its transport has no request describeGroups",
    });
  });
});

describe("groups that are none are refused by name, and nothing is asked", () => {
  test.each([
    [undefined, "groups must be a group's name or a list of them, not undefined"],
    [5, "groups must be a group's name or a list of them, not 5"],
    ["", 'groups must be a group\'s name, not ""'],
    [["a", 5], "groups[1] must be a group's name, not 5"],
    [["a", ""], 'groups[1] must be a group\'s name, not ""'],
  ])("%j", async (groups, message) => {
    const log = logWith("a");
    const admin = new DataQueueAdmin(log);
    for (const method of ["describeGroups", "deleteGroups"]) {
      const error = await errorOf(Reflect.apply(Reflect.get(admin, method), admin, [groups]));
      expect(error).toMatchObject({ name: "DataQueueError", code: "INVALID_ARGUMENT", message });
    }
    expect(log.opened).toBe(0);
  });
});
