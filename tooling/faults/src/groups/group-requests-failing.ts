import { setTimeout as wait } from "node:timers/promises";
import type { KafkaErrorName } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueProducer, memory } from "dataqueues";
import type { MemoryTransport, RequestName } from "@dataqueues/transport-memory";

import { brokenInLog, checkedCounts } from "../checker.ts";
import { History } from "../history.ts";
import { memoryLog, readAll } from "../log-under-test.ts";
import type { GroupOutcome, Nemesis } from "../nemesis.ts";
import { waitUntil } from "../wait-until.ts";
import { brokenInGroup, checkGroupLog } from "./group-checker.ts";
import type { GroupLog } from "./group-checker.ts";
import { InProcessMember } from "./in-process-member.ts";
import { protocolsOf } from "./protocols.ts";
import type { Protocol } from "./protocols.ts";

const topic = "group-requests-failing";
const partitions = 4;
const requestTimeoutMs = 200;
const sessionTimeoutMs = 1_000;
const [fewestMembers, mostMembers] = [1, 4];
const mostHandleMs = 3;

const requests = [
  "joinGroup",
  "heartbeat",
  "commitOffsets",
  "fetchOffsets",
  "leaveGroup",
  "metadata",
  "fetch",
] as const;

/** What a coordinator may say that passes, or after which a member joins again. */
const errors: readonly KafkaErrorName[] = [
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
  "UNSTABLE_OFFSET_COMMIT",
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "REBALANCE_IN_PROGRESS",
  "FENCED_MEMBER_EPOCH",
  "STALE_MEMBER_EPOCH",
  "NETWORK_EXCEPTION",
];

type Random = () => number;

function oneOf<T>(choices: readonly T[], random: Random): T {
  const chosen = choices[Math.floor(choices.length * random())];
  if (chosen === undefined) throw new RangeError("there is nothing to choose from");
  return chosen;
}

/** Each of a group's requests can be refused; the others fail in `requests-failing`. */
const groupRequests: readonly RequestName[] = requests.slice(0, 5);

/** What happens to one request, to a member, or to all connections. */
const troubles: Readonly<Record<string, (log: MemoryTransport, group: TroubledGroup, random: Random) => void>> = {
  "a request refused": ({ faults }, _, random) =>
    void faults.fail(oneOf(errors, random), { request: oneOf(groupRequests, random), times: 1 }),
  "done without a response": ({ faults }, _, random) =>
    void faults.dropResponse({ request: oneOf(requests, random), times: 1 }),
  "not done": ({ faults }, _, random) => void faults.hang({ request: oneOf(requests, random), times: 1 }),
  // A commit that is carried out after its connection was lost, and after the next one, puts the place back until that is committed
  // again, as in Kafka: so commits are not late here.
  late: ({ faults }, _, random) => {
    const request = oneOf(requests, random);
    if (request === "commitOffsets") return;
    faults.delay(Math.round(1.2 * requestTimeoutMs * random()), { request, times: 1 });
  },
  disconnected: ({ faults }) => faults.disconnect(),
  "all members put out": (log, { name }) => log.fenceMember(name),
  "a member more or less": (_, group) => group.change(),
};

/** A group in this process, whose members come and go. */
class TroubledGroup {
  readonly name: string;
  readonly protocol: Protocol;
  readonly members: InProcessMember[] = [];
  readonly #log: MemoryTransport;
  readonly #random: Random;
  readonly #running = new Set<InProcessMember>();
  readonly #ending = new Set<Promise<void>>();
  readonly handled: Set<string> = new Set<string>();

  constructor(log: MemoryTransport, protocol: Protocol, random: Random) {
    this.name = protocol.name;
    this.protocol = protocol;
    this.#log = log;
    this.#random = random;
  }

  add(): void {
    const { name: _, ...protocol } = this.protocol;
    const name = `${this.name}-${this.members.length + 1}`;
    const member = new InProcessMember(this.#log, name, this.handled, {
      topics: [topic],
      group: this.name,
      ...protocol,
      requestTimeoutMs,
      sessionTimeoutMs,
      heartbeatIntervalMs: 50,
      autoCommitIntervalMs: 50,
      rebalanceTimeoutMs: 3_000,
      handleMs: () => mostHandleMs * this.#random(),
      // It may have lost its partitions a session ago: until then it has no reason to doubt. What it last heard may have come late, and
      // so may its timers on a busy machine.
      graceMs: 2 * sessionTimeoutMs,
    });
    // All are troubled, so their messages may be handled again; what was committed may not.
    member.fate = "troubled";
    this.members.push(member);
    this.#running.add(member);
  }

  /** One member more, or one less: closed, or gone without a word. */
  change(): void {
    const random = this.#random();
    const { size } = this.#running;
    if (size <= fewestMembers || (random < 0.5 && size < mostMembers)) return this.add();
    const member = oneOf([...this.#running], this.#random);
    this.#running.delete(member);
    const ending = (random < 0.25 ? member.crash() : member.close()).finally(() => this.#ending.delete(ending));
    this.#ending.add(ending);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#ending, ...[...this.#running].map((member) => member.close())]);
  }
}

/** Makes requests of groups fail in every way, puts members out, and lets others come and go, in all protocols. */
export const groupRequestsFailing: Nemesis = {
  name: "group-requests-failing",
  cycles: { gate: 400, usual: 5_000, long: 50_000 },
  async run(context) {
    const { random } = context;
    const log = memory({ nodes: 3 });
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics([[topic, partitions]]);
    const groups = protocolsOf({}).map((protocol) => new TroubledGroup(log, protocol, random));
    for (const group of groups) for (let count = 0; count < 2; count += 1) group.add();

    const history = new History();
    const producer = new DataQueueProducer(log, { topic, requestTimeoutMs });
    const stop = new AbortController();
    const sending = Promise.all(
      Array.from({ length: partitions }, async (_, partition) => {
        const send = history.sender({ topic, bytes: 12, send: (payload) => producer.send(payload, { partition }) });
        while (!stop.signal.aborted) {
          await send();
          await wait(10);
        }
      }),
    );
    const commits: GroupLog["commits"][number][] = [];
    const watching = watchCommits(log, groups, commits, stop.signal);
    const handledAll = (): boolean => groups.every(({ handled }) => handled.size >= history.acknowledged);

    await waitUntil(() => groups.every(({ handled }) => handled.size > 100), 60_000, "the first messages");
    const counts = new Map<string, number>();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      const [kind, make] = oneOf(Object.entries(troubles), random);
      make(log, oneOf(groups, random), random);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      await wait(20 * random());
      // Failures of rare requests wait until such a request comes; they must not pile up.
      if (cycle % 100 === 0) {
        context.say(`${cycle} of ${context.cycles}`);
        const handled = groups.map((group) => group.handled.size + 50);
        const progressed = (): boolean => groups.every((group, index) => group.handled.size >= (handled[index] ?? 0));
        await waitUntil(progressed, 60_000, "progress of all groups");
      }
    }
    stop.abort();
    await Promise.all([sending, watching]);
    await producer.close();
    const broken: string[] = [];
    await waitUntil(handledAll, 30_000, "handling all messages").catch((error: Error) => broken.push(error.message));
    await Promise.all(groups.map((group) => group.close()));

    const checked = await memoryLog(log).check(history);
    const records = (await readAll(log)).split("\n").map((line): GroupLog["records"][number] => {
      const [name = "", partition, offset, hex = ""] = line.split(",");
      return [name, Number(partition), Number(offset), 0, hex];
    });
    const byGroup = await checkGroupLog(
      {
        topics: [topic],
        groups: groups.map(({ name, members }) => ({ group: name, members: members.map((one) => one.history()) })),
      },
      { records, commits },
    );
    const outcomes = groups.map(({ name, members }): GroupOutcome => {
      const found = byGroup[name];
      if (found === undefined) throw new Error(`the checker did not answer for ${name}`);
      broken.push(...brokenInGroup(name, found, Infinity), ...members.flatMap(({ ended }) => ended ?? []));
      const { handled, lost, duplicated, causes } = found;
      return { protocol: name, handled, lost, duplicated, causes };
    });
    return {
      nemesis: this.name,
      cycles: context.cycles,
      ...checkedCounts(history, checked),
      groups: outcomes,
      notes: [...counts].map(([kind, count]) => `${kind} ${count}`),
      broken: [...brokenInLog(checked), ...broken],
    };
  },
};

/** Notes each committed offset that is another than before, as soon as it can be seen. */
async function watchCommits(
  log: MemoryTransport,
  groups: readonly TroubledGroup[],
  commits: GroupLog["commits"][number][],
  signal: AbortSignal,
): Promise<void> {
  const places = Array.from({ length: partitions }, (_, partition) => [topic, partition] as const);
  const last = new Map<string, bigint>();
  while (!signal.aborted) {
    const connection = await log.open("admin");
    try {
      for (const { name } of groups) {
        for (const { partition, ...answer } of (await connection.fetchGroupOffsets?.(name, places)) ?? []) {
          if (answer.error !== undefined || answer.offset === undefined) continue;
          const key = `${name} ${partition}`;
          if (last.get(key) === answer.offset) continue;
          last.set(key, answer.offset);
          commits.push([name, topic, partition, Number(answer.offset), performance.timeOrigin + performance.now()]);
        }
      }
    } catch {
      // All connections are cut now and then; the next look has another.
    }
    connection.close();
    await wait(2);
  }
}
