import { UnsupportedError } from "@dataqueues/core";
import type { BaseConnection, Connection, GroupConnection, Role } from "@dataqueues/core";

import { check, checkError, rejectionOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { TransportSubject } from "./transport-subject.ts";
import { memberOf, noLimits, produceOptions, recordOf } from "./trial.ts";

/** Opening and closing connections, what each role has, and how connections affect each other. */
export function connectionCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  const cases = [
    define("the transport's name is a text that is not empty", async ({ transport }) => {
      check(
        typeof transport.name === "string" && transport.name !== "",
        `the name is ${JSON.stringify(transport.name)}`,
      );
    }),
    define("the transport's capabilities are those that the cases were made for", async ({ transport }) => {
      for (const name of ["write", "admin", "idempotence", "groups"] as const) {
        const told: unknown = transport.capabilities?.[name];
        check(typeof told === "boolean", `capabilities.${name} is ${String(told)}, not true or false`);
        check(
          told === capabilities[name],
          `capabilities.${name} is ${told}, but transportCases was told ${capabilities[name]}`,
        );
      }
    }),
    define("a connection has the requests of its role and no others", async (trial) => {
      for (const role of trial.roles) {
        const connection: object = await trial.open(role);
        for (const request of allRequests) {
          const isThere = typeof Reflect.get(connection, request) === "function";
          const isOfRole = requestsOfRole[role].includes(request);
          const isOptional = optionalRequests.includes(request);
          check(isThere || !isOfRole || isOptional, `a connection opened to ${role} has no ${request}`);
          check(!isThere || isOfRole, `a connection opened to ${role} has ${request}, too`);
        }
      }
    }),
    define("open rejects with a TransportError when its signal has aborted", async ({ transport }) => {
      const signal = AbortSignal.abort();
      checkError("open", await rejectionOf("open", () => openAndClose(transport.open("read", { signal }))));
    }),
    define("open settles when its signal aborts on the way", async ({ transport }) => {
      const abort = new AbortController();
      const opening = openAndClose(transport.open("read", { signal: abort.signal }));
      abort.abort();
      const error: unknown = await opening.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error !== undefined) checkError("open", error);
    }),
    define("close rejects at once what is pending", async (trial) => {
      const topic = await trial.topic();
      const reader = await trial.reader();
      const offset = await trial.endOf(topic);
      const leader = await trial.leaderOf(reader, topic);
      const limits = { ...noLimits, maxWaitMs: 10 * trial.timeoutMs };
      const pending = reader.fetch(leader, [{ topic, partition: 0, offset }], limits);
      reader.close();
      checkError("the pending fetch", await rejectionOf("the pending fetch", () => pending), "NETWORK_EXCEPTION");
    }),
    define("close may be called again", async (trial) => {
      const reader = await trial.reader();
      reader.close();
      reader.close();
    }),
    define("after close every request rejects", async (trial) => {
      const topic = trial.freshName();
      for (const role of trial.roles) {
        const connection: Partial<AllRequests> = await trial.open(role);
        connection.close?.();
        for (const [name, request] of requestsTo(connection, topic, requestsOfRole[role])) {
          checkError(name, await rejectionOf(`${name} after close`, request), "NETWORK_EXCEPTION");
        }
      }
    }),
    define("closing a connection leaves the others open", async (trial) => {
      const topic = await trial.topic();
      const offset = await trial.endOf(topic);
      const other = await trial.open("read");
      await trial.endOf(topic, 0, other);
      other.close();
      await trial.append(topic, [recordOf("after")]);
      check((await trial.read(topic, offset, offset + 1n)).length === 1, "the record is not there");
    }),
    define("a connection that waits for records holds up no other", async (trial) => {
      const topic = await trial.topic();
      const offset = await trial.endOf(topic);
      const other = await trial.open("read");
      const [reader, limits] = [await trial.reader(), { ...noLimits, maxWaitMs: 10 * trial.timeoutMs }];
      const leader = await trial.leaderOf(reader, topic);
      // What becomes of this fetch is tested elsewhere.
      reader.fetch(leader, [{ topic, partition: 0, offset }], limits).catch(() => undefined);
      await other.metadata([topic]);
      await trial.endOf(topic, 0, other);
    }),
  ];
  const refused = (["write", "admin", "group"] as const).filter((role) => !capabilities[capabilityOf[role]]);
  return [
    ...cases,
    ...refused.map((role) =>
      define(
        `a transport without the capability ${capabilityOf[role]} refuses to open such a connection`,
        async ({ transport }) => {
          const error = await rejectionOf(`open("${role}")`, () => openAndClose(transport.open(role)));
          if (!(error instanceof UnsupportedError)) checkError(`open("${role}")`, error);
        },
      ),
    ),
  ];
}

const capabilityOf = { write: "write", admin: "admin", group: "groups" } as const;

/** All that a log can be asked. */
type AllRequests = Connection & GroupConnection;

const requestsOfRole: { readonly [R in Role]: readonly (keyof AllRequests)[] } = {
  read: ["metadata", "listOffsets", "fetch", "close"],
  write: ["metadata", "produce", "initProducerId", "close"],
  admin: [
    "metadata",
    "listOffsets",
    "createTopics",
    "createPartitions",
    "deleteTopics",
    "deleteRecords",
    "describeConfigs",
    "alterConfigs",
    "describeLogDirs",
    "listGroups",
    "describeGroups",
    "deleteGroups",
    "fetchGroupOffsets",
    "alterGroupOffsets",
    "close",
  ],
  group: ["metadata", "joinGroup", "heartbeat", "leaveGroup", "commitOffsets", "fetchOffsets", "close"],
};
/** A log may lack these. */
const optionalRequests: readonly (keyof AllRequests)[] = [
  "deleteRecords",
  "describeConfigs",
  "alterConfigs",
  "describeLogDirs",
  "listGroups",
  "describeGroups",
  "deleteGroups",
  "fetchGroupOffsets",
  "alterGroupOffsets",
];
const allRequests = new Set(Object.values(requestsOfRole).flat());

async function openAndClose(opening: Promise<BaseConnection>): Promise<void> {
  (await opening).close();
}

/** The named requests of a connection, as far as it has them. */
function requestsTo(
  connection: Partial<AllRequests>,
  topic: string,
  names: readonly string[],
): (readonly [name: string, request: () => Promise<unknown>])[] {
  const place = { topic, partition: 0 };
  const batch = { ...place, records: [recordOf("late")], baseSequence: 0 };
  const group = topic;
  const member = memberOf(group, [topic]);
  const requests = {
    metadata: connection.metadata?.bind(connection, [topic]),
    listOffsets: connection.listOffsets?.bind(connection, 1, [{ ...place, at: "latest" }]),
    fetch: connection.fetch?.bind(connection, 1, [{ ...place, offset: 0n }], noLimits),
    produce: connection.produce?.bind(connection, 1, [batch], produceOptions),
    initProducerId: connection.initProducerId?.bind(connection),
    createTopics: connection.createTopics?.bind(connection, [{ topic }]),
    createPartitions: connection.createPartitions?.bind(connection, [{ topic, partitions: 2 }]),
    deleteTopics: connection.deleteTopics?.bind(connection, [topic]),
    deleteRecords: connection.deleteRecords?.bind(connection, 1, [{ ...place, beforeOffset: "latest" }]),
    describeConfigs: connection.describeConfigs?.bind(connection, [topic]),
    alterConfigs: connection.alterConfigs?.bind(connection, [{ topic, configs: {} }]),
    describeLogDirs: connection.describeLogDirs?.bind(connection, 1, [place]),
    listGroups: connection.listGroups?.bind(connection),
    describeGroups: connection.describeGroups?.bind(connection, [group]),
    deleteGroups: connection.deleteGroups?.bind(connection, [group]),
    fetchGroupOffsets: connection.fetchGroupOffsets?.bind(connection, group),
    alterGroupOffsets: connection.alterGroupOffsets?.bind(connection, group, [{ ...place, offset: 0n }]),
    joinGroup: connection.joinGroup?.bind(connection, member),
    heartbeat: connection.heartbeat?.bind(connection, member),
    leaveGroup: connection.leaveGroup?.bind(connection, member),
    commitOffsets: connection.commitOffsets?.bind(connection, member, [{ ...place, offset: 0n }]),
    fetchOffsets: connection.fetchOffsets?.bind(connection, member, [[topic, 0]]),
  };
  return Object.entries(requests).flatMap(([name, request]) =>
    request !== undefined && names.includes(name) ? [[name, request]] : [],
  );
}
