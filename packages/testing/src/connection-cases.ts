import type { Connection } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import type { DefineTrial } from "./transport-cases.ts";
import { checkError, rejectionOf } from "./refusals.ts";
import { noLimits, produceOptions, recordOf } from "./requests.ts";

/** Opening, closing, and what connections have to do with each other. */
export function connectionCases(define: DefineTrial): ConformanceCase[] {
  return [
    define("the transport's name is a text that is not empty", async ({ transport }) => {
      check(
        typeof transport.name === "string" && transport.name !== "",
        `the name is ${JSON.stringify(transport.name)}`,
      );
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
      const connection = await trial.open("read");
      const topic = await trial.topic(connection);
      const leader = await trial.leaderOf(connection, topic);
      const offset = await trial.endOf(connection, topic);
      const limits = { ...noLimits, maxWaitMs: 10 * trial.timeoutMs };
      const pending = connection.fetch(leader, [{ topic, partition: 0, offset }], limits);
      connection.close();
      checkError("the pending fetch", await rejectionOf("the pending fetch", () => pending), "NETWORK_EXCEPTION");
    }),
    define("close may be called again", async (trial) => {
      const connection = await trial.open();
      connection.close();
      connection.close();
    }),
    define("after close every request rejects", async (trial) => {
      const connection = await trial.open();
      const topic = trial.freshName();
      connection.close();
      for (const [name, request] of Object.entries(requestsOf(connection, topic))) {
        checkError(name, await rejectionOf(`${name} after close`, request), "NETWORK_EXCEPTION");
      }
    }),
    define("closing a connection leaves the others open", async (trial) => {
      const [first, second] = [await trial.open(), await trial.open("read")];
      const topic = await trial.topic(first);
      const offset = await trial.endOf(second, topic);
      second.close();
      await trial.append(first, topic, [recordOf("after")]);
      check((await trial.read(first, topic, offset, offset + 1n)).length === 1, "the record is not there");
    }),
    define("a connection that waits for records holds up no other", async (trial) => {
      const [reading, other] = [await trial.open("read"), await trial.open()];
      const topic = await trial.topic(other);
      const leader = await trial.leaderOf(reading, topic);
      const offset = await trial.endOf(reading, topic);
      const limits = { ...noLimits, maxWaitMs: 10 * trial.timeoutMs };
      const pending = reading.fetch(leader, [{ topic, partition: 0, offset }], limits);
      // What becomes of it is another case.
      pending.catch(() => undefined);
      await other.metadata([topic]);
      await trial.endOf(other, topic);
    }),
  ];
}

async function openAndClose(opening: Promise<Connection>): Promise<void> {
  (await opening).close();
}

function requestsOf(connection: Connection, topic: string): Record<string, () => Promise<unknown>> {
  const batch = { topic, partition: 0, records: [recordOf("late")], baseSequence: 0 };
  return {
    metadata: () => connection.metadata([topic]),
    listOffsets: () => connection.listOffsets([{ topic, partition: 0, at: "latest" }]),
    fetch: () => connection.fetch(1, [{ topic, partition: 0, offset: 0n }], noLimits),
    produce: () => connection.produce(1, [batch], produceOptions),
    initProducerId: () => connection.initProducerId(),
    createTopics: () => connection.createTopics([{ topic }]),
    createPartitions: () => connection.createPartitions([{ topic, partitions: 2 }]),
    deleteTopics: () => connection.deleteTopics([topic]),
  };
}
