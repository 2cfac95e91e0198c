import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Kafka } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

import { allInSync } from "../cluster-state.ts";
import { brokenInLog, checkLog, checkedCounts } from "../checker.ts";
import { History } from "../history.ts";
import type { GroupOutcome, NemesisContext, NemesisResult } from "../nemesis.ts";
import { sessionTimeoutMs } from "../shared-nodes.ts";
import type { Stopwatch } from "../stopwatch.ts";
import { waitUntil } from "../wait-until.ts";
import { groupName } from "./coordinator.ts";
import { brokenInGroup, checkGroups } from "./group-checker.ts";
import type { GroupCheck } from "./group-checker.ts";
import { MemberGroup } from "./member-group.ts";
import type { MemberTask } from "./member.ts";
import { protocolsOf } from "./protocols.ts";

/** Partitions of the topic. */
const partitions = 4;
/** Each partition gets a message this often. */
const sendEveryMs = 100;
/** Messages in each partition before a group that starts at the latest. */
const earlier = 20;
/** With fewer messages than this in a group the nemesis has tested nothing. */
const fewest = 200;
/** How much longer than the session a partition may be without an owner: as promised, and longer in the gate, whose machine is busy. */
const ownerlessMs = { usual: 2_000, long: 2_000, gate: 10_000 };

/** How the groups of a workload work. */
export interface GroupWorkloadOptions {
  /** What is special about each member of a group at the start; two members without anything special by default. */
  readonly members?: readonly Partial<MemberTask>[];
  /** What all members are told, beside what is usual. */
  readonly task?: Partial<MemberTask>;
}

/**
 * One group for each protocol, all of the same coordinator, whose members share a topic. Numbered messages are sent to all
 * partitions all along. Each member is a process of its own.
 */
export class GroupWorkload implements AsyncDisposable {
  readonly topic: string;
  readonly groups: readonly MemberGroup[];
  readonly history: History = new History();
  readonly #kafka: Kafka;
  readonly #directory: string;
  readonly #producer: DataQueueProducer;
  readonly #since: Record<string, number> = {};
  readonly #stop = new AbortController();
  readonly #senders: readonly (() => Promise<void>)[];
  /** One for each partition, of acknowledgements. */
  #watches: readonly Stopwatch[] = [];
  #sending: Promise<unknown> = Promise.resolve();
  /** Whether what the members wrote stays: something was broken. */
  #isKept = false;

  /** Creates the topic, starts the members and, when they have shared its partitions, the senders. */
  static async start(
    context: NemesisContext,
    kafka: Kafka,
    name: string,
    { members = [{}, {}], task = {} }: GroupWorkloadOptions = {},
  ): Promise<GroupWorkload> {
    const topic = `${name}-${context.form}`;
    {
      await using admin = new DataQueueAdmin(kafkajs(kafka.bootstrapServers));
      // The checker wants to know since when a message has waited: by the node's clock, not the producer's.
      await admin.createTopics([[topic, partitions]], { configs: { "message.timestamp.type": "LogAppendTime" } });
    }
    await allInSync(kafka, [topic]);
    const directory = await mkdtemp(join(tmpdir(), `dataqueues-${name}-`));
    const workload = new GroupWorkload(context, kafka, topic, directory, task);
    try {
      await workload.#begin(members, task);
    } catch (error) {
      await workload[Symbol.asyncDispose]();
      throw error;
    }
    return workload;
  }

  private constructor(
    context: NemesisContext,
    kafka: Kafka,
    topic: string,
    directory: string,
    task: Partial<MemberTask>,
  ) {
    this.topic = topic;
    this.#kafka = kafka;
    this.#directory = directory;
    const common = {
      servers: kafka.bootstrapServers,
      topics: [topic],
      handleMs: 2,
      sessionTimeoutMs,
      heartbeatIntervalMs: 500,
      autoCommitIntervalMs: 500,
      ...task,
    };
    this.groups = protocolsOf(context.kafka).map(
      (protocol) =>
        new MemberGroup(groupName(`${topic}-${protocol.name}`), protocol, { task: common, directory, partitions }),
    );
    this.#producer = new DataQueueProducer(kafkajs(kafka.bootstrapServers), { topic, requestTimeoutMs: 5_000 });
    const numbers = Array.from({ length: partitions }, (_, partition) => partition);
    this.#senders = numbers.map((partition) =>
      this.history.sender({ topic, send: (payload) => this.#producer.send(payload, { partition }) }),
    );
  }

  async #begin(members: readonly Partial<MemberTask>[], task: Partial<MemberTask>): Promise<void> {
    if (task.from === "latest") {
      await Promise.all(this.#senders.map(async (send) => Promise.all(Array.from({ length: earlier }, send))));
      for (const [partition] of this.#senders.entries()) this.#since[partition] = earlier;
    }
    for (const group of this.groups) for (const member of members) group.add(member);
    await this.settled();
    this.#watches = this.#senders.map((_, partition) => this.history.watches.start(this.topic, partition));
    this.#sending = Promise.all(this.#senders.map((send) => this.#keepSending(send)));
  }

  /** Does something to each group, all at the same time. */
  async each(act: (group: MemberGroup) => Promise<void>): Promise<void> {
    await Promise.all(this.groups.map(act));
  }

  /** Resolves when the members of each group share all partitions. */
  settled(): Promise<void> {
    return this.each((group) => group.settled());
  }

  /** Resolves when each group has handled `count` more messages. */
  progress(count: number): Promise<void> {
    return this.each((group) => group.progress(count));
  }

  /** The longest time until now in which a partition took no message: then none could be read either. */
  get longestSendStallMs(): number {
    return Math.max(...this.#watches.map(({ longestMs }) => longestMs));
  }

  /**
   * Stops sending, waits until all is handled, closes the members, and checks the log and the groups.
   *
   * @param allowed - `pauseMs`: how much longer than without an owner a partition may be unread, because it had no leader
   */
  async finish(
    { form, cycles }: NemesisContext,
    nemesis: string,
    notes: readonly string[] = [],
    allowed: { readonly pauseMs?: number } = {},
  ): Promise<NemesisResult> {
    const longestSendStallMs = this.longestSendStallMs;
    this.#stop.abort();
    await this.#sending;
    await this.#producer.close({ timeoutMs: 30_000 });
    await allInSync(this.#kafka, [this.topic]);
    const broken: string[] = [];
    await this.each((group) => this.#handledAll(group).catch((error: Error) => void broken.push(error.message)));
    await this.each(async ({ running }) => {
      await Promise.all(running.map((member) => member.stop().catch((error: Error) => broken.push(error.message))));
    });
    const servers = this.#kafka.bootstrapServers;
    const [checked, byGroup] = await Promise.all([
      checkLog(servers, this.history),
      checkGroups(servers, {
        topics: [this.topic],
        since: { [this.topic]: this.#since },
        groups: this.groups.map((group) => group.history()),
      }),
    ]);
    broken.push(...brokenInLog(checked), ...this.groups.flatMap(({ failures }) => failures));
    const outcomes = this.groups.map((group): GroupOutcome => {
      const found = byGroup[group.name];
      if (found === undefined) throw new Error(`the checker did not answer for ${group.name}`);
      const allowedPauseMs = sessionTimeoutMs + ownerlessMs[form] + (allowed.pauseMs ?? 0);
      broken.push(...brokenInGroup(group.name, found, allowedPauseMs));
      if (found.handled < fewest)
        broken.push(`${group.name}: only ${found.handled} messages were handled: too few to tell`);
      return outcomeOf(group, found);
    });
    this.#isKept = broken.length > 0;
    if (this.#isKept) broken.push(`what the members wrote is in ${this.#directory}`);
    return {
      nemesis,
      cycles,
      ...checkedCounts(this.history, checked),
      longestSendStallMs,
      longestReadStallMs: Math.max(...outcomes.map(({ pauseMs = 0 }) => pauseMs)),
      groups: outcomes,
      notes: [...notes, ...this.groups.map((group, index) => countsOf(group, outcomes[index]))],
      broken: [
        ...broken,
        ...[...this.history.rejections].map(([reason, count]) => `${count} sends were rejected: ${reason}`),
      ],
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#producer.close({ timeoutMs: 0 });
    await this.#sending;
    for (const group of this.groups) await group[Symbol.asyncDispose]();
    if (!this.#isKept) await rm(this.#directory, { recursive: true, force: true });
  }

  async #handledAll(group: MemberGroup): Promise<void> {
    const expected = this.history.acknowledged - Object.values(this.#since).reduce((sum, each) => sum + each, 0);
    const handledAll = (): boolean => group.handled >= expected && group.distinct() >= expected;
    await waitUntil(handledAll, 30_000, `handling all ${expected} messages by ${group.name}`);
  }

  async #keepSending(send: () => Promise<void>): Promise<void> {
    const underway = new Set<Promise<void>>();
    while (!this.#stop.signal.aborted) {
      const sent: Promise<void> = send().finally(() => underway.delete(sent));
      underway.add(sent);
      await wait(sendEveryMs);
    }
    await Promise.all(underway);
  }
}

function outcomeOf({ protocol }: MemberGroup, found: GroupCheck): GroupOutcome {
  const { handled, lost, duplicated, pauseMs } = found;
  return { protocol: protocol.name, handled, lost, duplicated, causes: found.causes, pauseMs };
}

/** What a group went through, in words. */
function countsOf({ protocol, counts }: MemberGroup, outcome: GroupOutcome | undefined): string {
  const causes = Object.entries(outcome?.causes ?? {}).map(
    ([fate, count]) => `${count} again of members that were ${fate}`,
  );
  const events = [...counts].sort().map(([what, count]) => `${what} ${count}`);
  return `${protocol.name}: ${[...causes, ...events].join(", ")}`;
}
