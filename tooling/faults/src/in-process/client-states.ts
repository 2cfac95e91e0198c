import type { OnEvent, Transport } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";
import type { MemoryTransport } from "@dataqueues/transport-memory";

/** A client in some state, with pending calls. */
export interface ClientInState {
  close(): Promise<void>;
  abort(reason: Error): void;
  /** How each pending call ends: with an error's name or message, "done", or "a value". */
  readonly pending: Promise<readonly string[]>;
  /** How every pending call must end. */
  readonly expected: { readonly close: string; readonly abort: string };
}

/** A state that a producer or consumer can be in. */
export interface ClientState {
  readonly name: string;
  enter(onEvent: OnEvent): Promise<ClientInState>;
}

type Prepare = (log: MemoryTransport) => Transport | void;

/** A transport that never opens a connection and ignores the signal. */
const neverOpens: Transport = {
  name: "never",
  capabilities: { write: true, admin: true, idempotence: true, groups: false },
  open: () => new Promise(() => undefined),
};

/** Producers with pending sends, by what these wait for. */
const producers: Readonly<Record<string, { prepare: Prepare; connected?: boolean; options?: object; sends?: number }>> =
  {
    "producer that connects": { prepare: () => neverOpens },
    "producer that lost its connection": {
      connected: true,
      prepare: ({ faults }) => {
        faults.refuse();
        faults.disconnect();
      },
    },
    "producer that looks up its topic": { prepare: (log) => void log.faults.hang({ request: "metadata" }) },
    "producer that waits for its producer id": {
      prepare: (log) => void log.faults.hang({ request: "initProducerId" }),
    },
    "producer that waits for a response": { prepare: (log) => void log.faults.hang({ request: "produce" }) },
    "producer that retries": {
      prepare: (log) => void log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "produce" }),
    },
    "producer with a full buffer": {
      prepare: (log) => void log.faults.hang({ request: "produce" }),
      options: { maxBufferedBytes: 100 },
      sends: 20,
    },
  };

/** Consumers with a pending `next()`, by what it waits for. */
const consumers: Readonly<Record<string, { prepare: Prepare; options?: object }>> = {
  "consumer that connects": { prepare: () => neverOpens },
  "consumer that looks up its topic": { prepare: (log) => void log.faults.hang({ request: "metadata" }) },
  "consumer that looks up its start offset": { prepare: (log) => void log.faults.hang({ request: "listOffsets" }) },
  "consumer in a long poll": { prepare: () => undefined, options: { maxWaitMs: 60_000 } },
  "consumer that waits for a response": { prepare: (log) => void log.faults.hang({ request: "fetch" }) },
  "consumer that retries": {
    prepare: (log) => void log.faults.fail("NOT_LEADER_OR_FOLLOWER", { request: "fetch" }),
  },
  "consumer whose topic is missing": { prepare: () => undefined, options: { topics: ["missing"] } },
};

async function logWithTopic(): Promise<MemoryTransport> {
  const log = memory({ defaultPartitions: 2 });
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(["a"]);
  return log;
}

function settled(one: Promise<unknown>): Promise<string> {
  return one.then(
    (value) => (typeof value === "object" && value !== null && "done" in value && value.done ? "done" : "a value"),
    (error: unknown) => (error instanceof Error && error.name !== "Error" ? error.name : String(error)),
  );
}

/** The states of producers. */
export const producerStates: readonly ClientState[] = Object.entries(producers).map(
  ([name, { prepare, connected = false, options = {}, sends = 3 }]) => ({
    name,
    async enter(onEvent) {
      const log = await logWithTopic();
      const transport = (connected ? undefined : prepare(log)) ?? log;
      const producer = new DataQueueProducer(transport, { topic: "a", onEvent, ...options });
      if (connected) {
        await producer.connect();
        prepare(log);
      }
      const controller = new AbortController();
      const { signal } = controller;
      const pending = Array.from({ length: sends }, () => settled(producer.send(new Uint8Array(50), { signal })));
      return {
        close: () => producer.close({ timeoutMs: 20 }),
        abort: (reason) => controller.abort(reason),
        pending: Promise.all(pending),
        expected: { close: "ClosedError", abort: "Error: enough" },
      };
    },
  }),
);

/** The states of consumers. */
export const consumerStates: readonly ClientState[] = Object.entries(consumers).map(
  ([name, { prepare, options = {} }]) => ({
    name,
    async enter(onEvent) {
      const log = await logWithTopic();
      const transport = prepare(log) ?? log;
      const controller = new AbortController();
      const { signal } = controller;
      const consumer = new DataQueueConsumer(transport, { topics: ["a"], onEvent, signal, ...options });
      const iterator = consumer[Symbol.asyncIterator]();
      return {
        close: () => consumer.close(),
        abort: (reason) => controller.abort(reason),
        pending: Promise.all([settled(iterator.next()), settled(iterator.next())]),
        expected: { close: "done", abort: "Error: enough" },
      };
    },
  }),
);
