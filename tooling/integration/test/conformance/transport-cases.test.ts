import { UnsupportedError } from "@dataqueues/core";
import type { Transport, TransportCapabilities } from "@dataqueues/core";
import { transportCases } from "@dataqueues/testing";
import type { ConformanceCase, TransportCasesOptions } from "@dataqueues/testing";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";
import { describe, expect, test } from "vitest";

import { changed } from "./broken/changed.ts";
import { brokenConfigs } from "./broken/configs.ts";
import { brokenConnections } from "./broken/connections.ts";
import { brokenFetch } from "./broken/fetch.ts";
import { brokenGroupAdmin } from "./broken/group-admin.ts";
import { brokenGroups } from "./broken/groups.ts";
import { brokenIdempotence } from "./broken/idempotence.ts";
import { brokenInput } from "./broken/input.ts";
import { brokenLeaders } from "./broken/leaders.ts";
import { brokenLogDirs } from "./broken/log-dirs.ts";
import { brokenOffsets } from "./broken/offsets.ts";
import { brokenProduce } from "./broken/produce.ts";
import { brokenRecordDeletion } from "./broken/record-deletion.ts";
import { brokenTopics } from "./broken/topics.ts";

const broken = {
  ...brokenConnections,
  ...brokenTopics,
  ...brokenOffsets,
  ...brokenLeaders,
  ...brokenProduce,
  ...brokenIdempotence,
  ...brokenFetch,
  ...brokenInput,
  ...brokenRecordDeletion,
  ...brokenLogDirs,
  ...brokenConfigs,
  ...brokenGroups,
  ...brokenGroupAdmin,
};

const largestValueBytes = 50_000;
const newLog = (): MemoryTransport => memory({ nodes: 2, maxMessageBytes: largestValueBytes });

/** The cases of a memory log, or of a transport made of it. */
function casesOf(log: MemoryTransport, more: Partial<TransportCasesOptions> = {}): ConformanceCase[] {
  return transportCases({
    transport: () => log,
    capabilities: { groups: true },
    largestValueBytes,
    moveLeader: (topic, partition) => log.moveLeader(topic, partition, 2),
    timeoutMs: 4_000,
    ...more,
  });
}

/** The cases that fail, one after the other as test runners run them. */
async function failuresOf(cases: readonly ConformanceCase[]): Promise<string[]> {
  const failed: string[] = [];
  for (const { name, run } of cases) await run().catch(() => failed.push(name));
  return failed;
}

/** As {@link failuresOf}, but the cases of groups, which mostly wait, run at the same time, each on a log of its own. */
async function failuresOnOwnLogs(make: () => readonly ConformanceCase[]): Promise<string[]> {
  const isOfGroups = ({ name }: ConformanceCase): boolean => /group/iu.test(name);
  const cases = make();
  const failed = await failuresOf(cases.filter((one) => !isOfGroups(one)));
  const ofGroups = cases.filter(isOfGroups).map(async ({ name }) => {
    const again = make().find((one) => one.name === name);
    return failuresOf(again === undefined ? [] : [again]);
  });
  return [...failed, ...(await Promise.all(ofGroups)).flat()];
}

/** A log seen through a transport that can do less, and that refuses to open what it cannot. */
function limited(log: Transport, limits: Partial<TransportCapabilities>): Transport {
  const capabilities = { ...log.capabilities, ...limits };
  return {
    name: log.name,
    capabilities,
    async open(role, options) {
      const allowed = { read: true, write: capabilities.write, admin: capabilities.admin, group: capabilities.groups };
      if (!allowed[role]) throw new UnsupportedError(`this transport has no connection for ${role}`);
      return log.open(role, options);
    },
  };
}

const names = (cases: readonly ConformanceCase[]): string[] => cases.map(({ name }) => name);

test("there is a broken transport for every case", () => {
  expect(Object.keys(broken).toSorted()).toEqual(names(casesOf(newLog())).toSorted());
});

describe.concurrent("a transport that breaks one promise fails the case of it alone", () => {
  test.each(Object.entries(broken))("%s", async (name, breakIt) => {
    const failures = await failuresOnOwnLogs(() => {
      const log = newLog();
      const transport = breakIt(log);
      return casesOf(log, { transport: () => transport });
    });
    expect(failures).toEqual([name]);
  });
});

describe("a transport that only reads", () => {
  const readOnly = { write: false, admin: false, idempotence: false, groups: false };
  const refusals = [
    "a transport without the capability write refuses to open such a connection",
    "a transport without the capability admin refuses to open such a connection",
    "a transport without the capability groups refuses to open such a connection",
  ];

  test("passes with another one that writes; what it cannot do is refused, the rest is tested", async () => {
    const log = newLog();
    const transport = limited(log, readOnly);
    const cases = casesOf(log, { transport: () => transport, capabilities: readOnly, writer: () => log });
    expect(await failuresOf(cases)).toEqual([]);
    expect(names(cases)).toEqual(expect.arrayContaining([...Object.keys(brokenFetch), ...refusals]));
    const left = names(cases).filter((name) => !refusals.includes(name));
    expect(names(casesOf(log))).toEqual(expect.arrayContaining(left));
    expect(left).not.toContain("every producer id is given once");
  });

  describe.concurrent("fails when it breaks a promise of reading", () => {
    test.each(Object.entries(brokenFetch))("%s", async (name, breakIt) => {
      const log = newLog();
      // Some of these change what is written through the same transport.
      const broken = breakIt(log);
      const transport = limited(broken, readOnly);
      const cases = casesOf(log, { transport: () => transport, capabilities: readOnly, writer: () => broken });
      expect(await failuresOf(cases)).toEqual([name]);
    });
  });

  test("fails when it opens what it should refuse", async () => {
    const log = newLog();
    const transport = { ...changed(() => ({}))(log), capabilities: { ...log.capabilities, ...readOnly } };
    const cases = casesOf(log, { transport: () => transport, capabilities: readOnly, writer: () => log });
    expect(await failuresOf(cases)).toEqual(refusals);
  });

  test("fails when it has a writer and writes itself, unless its capabilities say so", async () => {
    const log = newLog();
    const name = "the transport's capabilities are those that the cases were made for";
    expect(await failuresOf(casesOf(log, { writer: () => log, capabilities: {} }))).toContain(name);
    const capabilities = { write: true, admin: true, idempotence: true, groups: true };
    expect(await failuresOf(casesOf(log, { writer: () => log, capabilities }))).toEqual([]);
  });

  test("needs a writer", () => {
    expect(() => casesOf(newLog(), { capabilities: readOnly })).toThrow(/^writer must be .*, not undefined$/u);
  });

  test("fails when its cases were made for one that writes", async () => {
    const log = newLog();
    const transport = { ...changed(() => ({}))(log), capabilities: { ...log.capabilities, write: false } };
    expect(await failuresOf(casesOf(log, { transport: () => transport }))).toContain(
      "the transport's capabilities are those that the cases were made for",
    );
  });
});

describe("a transport without idempotence", () => {
  const capabilities = { idempotence: false, groups: true };
  const refusal = "without idempotence initProducerId is UNSUPPORTED_VERSION";

  test("passes when it refuses producer ids", async () => {
    const log = newLog();
    log.faults.fail("UNSUPPORTED_VERSION", { request: "initProducerId" });
    const transport = limited(log, capabilities);
    const cases = casesOf(log, { transport: () => transport, capabilities });
    expect(names(cases)).toContain(refusal);
    expect(await failuresOf(cases)).toEqual([]);
  });

  test("fails when it gives producer ids", async () => {
    const log = newLog();
    const transport = limited(log, capabilities);
    expect(await failuresOf(casesOf(log, { transport: () => transport, capabilities }))).toEqual([refusal]);
  });
});
