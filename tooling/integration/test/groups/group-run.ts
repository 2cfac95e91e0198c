import { deepStrictEqual } from "node:assert/strict";

import { DataQueueProducer } from "dataqueues";
import type { ConsumerOptions, KafkaErrorName, Transport } from "@dataqueues/core";
import type { MemoryTransport, RequestName } from "@dataqueues/transport-memory";
import { vi } from "vitest";

import { observed } from "../observed.ts";
import { GroupHistory, partitionKey } from "./group-history.ts";
import type { Committed } from "./group-history.ts";
import { GroupMember } from "./group-member.ts";
import type { MemberStyle } from "./group-member.ts";

/** The name of the group. */
export const group: string = "g";
/** How many partitions each topic has at first. */
export const topics: Readonly<Record<string, number>> = { a: 3, b: 2 };

/** How a group is set up. */
export interface Setup {
  readonly options: Pick<ConsumerOptions<unknown>, "groupProtocol" | "assignor">;
  /** Every so many requests of members lose their answer; 0 for none. */
  readonly loseEvery: number;
}

/** One thing that is done to a group. `at` chooses among its members. */
export type Step =
  | { readonly do: "join"; readonly style: MemberStyle }
  | { readonly do: "close" | "kill" | "fence"; readonly at: number }
  | { readonly do: "work"; readonly at: number; readonly extraMs: number }
  | { readonly do: "subscribe"; readonly at: number; readonly topics: readonly string[] }
  | { readonly do: "fault"; readonly fault: Fault; readonly request: RequestName; readonly times: number }
  | { readonly do: "fail"; readonly code: KafkaErrorName; readonly request: RequestName; readonly times: number }
  | { readonly do: "grow" | "fenceAll" | "disconnect" };

export type Fault = "hang" | "dropResponse" | "delay";

/** A step, what is sent before it and how long it takes until the next. */
export interface TimedStep {
  readonly step: Step;
  readonly at: number;
  readonly count: number;
  readonly ms: number;
}

/** Lets time pass until a promise has settled; rejects when that takes too long. */
export async function soon<T>(what: string, ms: number, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  for (let passed = 0; !isSettled; passed += 10) {
    if (passed > ms) throw new Error(`${what}: nothing came within ${ms} ms`);
    await vi.advanceTimersByTimeAsync(10);
  }
  return promise;
}

/** A group at work on a log in memory, and what is done to it. */
export class GroupRun {
  readonly history: GroupHistory = new GroupHistory();
  readonly #log: MemoryTransport;
  readonly #transport: Transport;
  readonly #options: Setup["options"];
  readonly #members: GroupMember[] = [];
  readonly #all: GroupMember[] = [];
  readonly #closing: Promise<void>[] = [];
  readonly #producer: DataQueueProducer;
  readonly #counts = new Map(Object.entries(topics));
  #joined = 0;
  #loseEvery: number;
  #asked = 0;

  constructor(log: MemoryTransport, { options, loseEvery }: Setup) {
    this.#log = log;
    this.#options = options;
    this.#loseEvery = loseEvery;
    this.#producer = new DataQueueProducer(log, { requestTimeoutMs: 1_000 });
    const losing =
      <Args extends unknown[], T>(request: (...args: Args) => Promise<T>) =>
      (...args: Args): Promise<T> => {
        this.#asked += 1;
        const answer = request(...args);
        void this.look();
        if (this.#loseEvery === 0 || this.#asked % this.#loseEvery !== 0) return answer;
        return answer.then(() => new Promise<T>(() => undefined));
      };
    this.#transport = observed(log, {
      joinGroup: losing,
      heartbeat: losing,
      commitOffsets: losing,
      fetchOffsets: losing,
    });
  }

  /** Does one step, after some records were sent. */
  async take({ step: one, at: where, count, ms }: TimedStep): Promise<void> {
    await this.#send(where, count);
    const member = "at" in one ? this.#members[one.at % Math.max(1, this.#members.length)] : undefined;
    switch (one.do) {
      case "join":
        if (this.#members.length < 4) this.join(one.style);
        break;
      case "close":
        if (member !== undefined) this.#close(member);
        break;
      case "kill":
        if (member === undefined) break;
        this.#members.splice(this.#members.indexOf(member), 1);
        member.kill();
        break;
      case "fence":
        await this.#fence(one.at);
        break;
      case "fenceAll":
        await this.#fence(undefined);
        break;
      case "work":
        if (member !== undefined) member.extraWorkMs = one.extraMs;
        break;
      case "subscribe":
        member?.consumer.updateTopics(one.topics).catch(() => undefined);
        break;
      case "fault":
        // A commit that the log carries out later than the next one of another connection undoes it: no client can help that.
        if (one.fault === "delay" && one.request === "commitOffsets") break;
        if (one.fault === "delay") this.#log.faults.delay(700, { request: one.request, times: one.times });
        else this.#log.faults[one.fault]({ request: one.request, times: one.times });
        break;
      case "fail":
        this.#log.faults.fail(one.code, { request: one.request, times: one.times });
        break;
      case "grow": {
        const more = (this.#counts.get("a") ?? 0) + 1;
        if (more > 6) break;
        this.#counts.set("a", more);
        const connection = await this.#log.open("admin");
        await connection.createPartitions([{ topic: "a", partitions: more }]);
        connection.close();
        break;
      }
      case "disconnect":
        this.#log.faults.disconnect();
        break;
    }
    await this.pass(ms);
  }

  /** All goes well from now on: everything has to be handled and committed soon. */
  async finish(): Promise<void> {
    this.#loseEvery = 0;
    if (this.#members.length === 0) this.join({ loop: "messages", workMs: 0 });
    // Faults that wait for their requests still happen to some of these.
    for (const member of this.#members) {
      const update = (): Promise<void> => member.consumer.updateTopics(Object.keys(topics)).catch(update);
      await soon(`${member.name}: updateTopics`, 60_000, update());
    }
    for (let passed = 0; this.history.unfinished.length > 0 && passed < 120_000; passed += 500) await this.pass(500);
    deepStrictEqual(this.history.unfinished, []);
    for (const member of this.#members.splice(0)) this.#close(member);
    await soon("close", 10_000, Promise.all(this.#closing));
    await this.look();
    await soon("loops", 10_000, Promise.all(this.#all.map(({ ended }) => ended)));
    await this.#producer.close();
  }

  join(memberStyle: MemberStyle): void {
    this.#joined += 1;
    const member = new GroupMember({
      name: `member ${this.#joined}`,
      transport: this.#transport,
      style: memberStyle,
      history: this.history,
      committed: () => this.#committed(),
      consumer: {
        ...this.#options,
        group,
        topics: Object.keys(topics),
        sessionTimeoutMs: 3_000,
        heartbeatIntervalMs: 100,
        rebalanceTimeoutMs: 10_000,
        autoCommitIntervalMs: 100,
        maxProcessingMs: 5_000,
        maxWaitMs: 100,
        metadataMaxAgeMs: 500,
        requestTimeoutMs: 1_000,
        connectTimeoutMs: 1_000,
      },
    });
    this.#members.push(member);
    this.#all.push(member);
  }

  /** Lets time pass, and looks at the committed places all along. */
  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 10) {
      await vi.advanceTimersByTimeAsync(10);
      await this.look();
    }
    deepStrictEqual(this.history.violations, []);
  }

  async look(): Promise<void> {
    this.history.committed(await this.#committed());
  }

  #close(member: GroupMember): void {
    const index = this.#members.indexOf(member);
    if (index >= 0) this.#members.splice(index, 1);
    this.#closing.push(member.consumer.close());
  }

  async #fence(index: number | undefined): Promise<void> {
    const connection = await this.#log.open("admin");
    const [found] = (await connection.describeGroups?.([group])) ?? [];
    connection.close();
    const members = found?.members ?? [];
    if (members.length === 0) return;
    const id = index === undefined ? undefined : members[index % members.length]?.memberId;
    this.#log.fenceMember(group, id);
  }

  async #send(where: number, count: number): Promise<void> {
    const pairs = [...this.#counts].flatMap(([topic, partitions]) =>
      Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
    );
    for (let sent = 0; sent < count; sent += 1) {
      const { topic, partition } = pairs[(where + sent) % pairs.length] ?? { topic: "a", partition: 0 };
      const { offset } = await soon("send", 60_000, this.#producer.send(new Uint8Array(8), { topic, partition }));
      this.history.sent({ topic, partition, offset });
    }
  }

  async #committed(): Promise<Committed> {
    const connection = await this.#log.open("admin");
    const offsets = (await connection.fetchGroupOffsets?.(group)) ?? [];
    connection.close();
    return new Map(
      offsets.flatMap((one) =>
        one.error === undefined && one.offset !== undefined
          ? [[partitionKey(one.topic, one.partition), one.offset]]
          : [],
      ),
    );
  }
}
