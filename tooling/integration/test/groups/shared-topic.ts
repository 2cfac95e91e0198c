import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { ownedPartitions, runJava } from "@dataqueues/tooling-kafka";
import type { GroupMemberLine, GroupMemberOptions } from "@dataqueues/tooling-kafka";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";

/** A member of any client. */
export interface AnyMember {
  readonly name: string;
  readonly lines: readonly GroupMemberLine[];
  /** Throws if it has ended by itself. */
  check(): void;
}

/** How long members may take to share partitions anew: a few heartbeats of clients with their defaults, on a busy machine. */
const settleTimeoutMs = 45_000;

/** How long it may take until all that was sent is handled. */
const handleTimeoutMs = 30_000;

/** What went wrong with the records that were sent: `partition offset` of each. */
export interface Handling {
  readonly missing: readonly string[];
  /** With who handled it when. */
  readonly twice: readonly string[];
}

/** Each record was handled by one member. */
export const once: Handling = { missing: [], twice: [] };

/** A topic of a group of the same name, to whose partitions records are sent in turn. */
export class SharedTopic implements AsyncDisposable {
  partitions: number;
  /** What every member is given. */
  readonly common: GroupMemberOptions;
  readonly #producer: DataQueueProducer;
  readonly #sends: Promise<{ partition: number; offset: bigint }>[] = [];
  #timer: NodeJS.Timeout | undefined;

  private constructor(common: GroupMemberOptions, partitions: number) {
    this.common = common;
    this.partitions = partitions;
    this.#producer = new DataQueueProducer(kafkajs(common.bootstrapServers), { topic: common.topic });
  }

  static async create(bootstrapServers: readonly string[], partitions = 6): Promise<SharedTopic> {
    const topic = `shared-${randomUUID()}`;
    await using admin = new DataQueueAdmin([...bootstrapServers]);
    await admin.createTopics([[topic, partitions]]);
    return new SharedTopic({ bootstrapServers, group: topic, topic, handleMs: 2 }, partitions);
  }

  /** Sends so many records now, and resolves when they are acknowledged. */
  async send(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) this.#sendOne();
    await Promise.all(this.#sends);
  }

  /** Sends a record every few milliseconds from now on. */
  startSending(): void {
    this.#timer = setInterval(() => this.#sendOne(), 10);
  }

  /** Stops sending; resolves with the place of each record that was sent, as `partition offset`, in order. */
  async stopSending(): Promise<string[]> {
    clearInterval(this.#timer);
    const places = await Promise.all(this.#sends);
    return places.map(({ partition, offset }) => `${partition} ${offset}`).sort();
  }

  /**
   * Waits until these members own so many partitions each, and no partition two of them.
   *
   * @throws Error if that takes too long, or if a member has ended
   */
  async settled(members: readonly AnyMember[], counts: readonly number[]): Promise<void> {
    const total = counts.reduce((sum, count) => sum + count, 0);
    const isSettled = (): boolean => {
      for (const member of members) member.check();
      const owned = members.map(({ lines }) => ownedPartitions(lines));
      return owned.every((each, index) => each.length === counts[index]) && new Set(owned.flat()).size === total;
    };
    if (await within(settleTimeoutMs, isSettled)) return;
    const owned = members.map(({ name, lines }) => `${name}: ${ownedPartitions(lines).join(", ")}`);
    throw new Error(`the members do not own ${counts.join(" and ")} partitions; ${owned.join("; ")}`);
  }

  /** Stops sending, and waits until the members have handled all that was sent. */
  async handledBy(members: readonly AnyMember[]): Promise<Handling> {
    const sent = await this.stopSending();
    const missing = (): string[] => {
      const places = new Set(handled(members));
      return sent.filter((place) => !places.has(place));
    };
    await within(handleTimeoutMs, () => missing().length === 0);
    return { missing: missing(), twice: handledTwice(members) };
  }

  /**
   * The partitions of which `kafka-consumer-groups` does not say that all that was sent is committed: partition, committed
   * offset, end and lag.
   */
  async uncommitted(): Promise<string[][]> {
    const sent = await this.stopSending();
    const rows = await describedByKafka(this.common.bootstrapServers.join(","), this.common.group);
    return Array.from({ length: this.partitions }, (_, partition) => {
      const count = String(sent.filter((place) => place.startsWith(`${partition} `)).length);
      const row = rows.find(([shown]) => shown === String(partition)) ?? [String(partition), "unknown"];
      return row.join() === [partition, count, count, 0].join() ? [] : row;
    }).filter((row) => row.length > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#producer.close();
    await Promise.allSettled(this.#sends);
  }

  #sendOne(): void {
    const partition = this.#sends.length % this.partitions;
    this.#sends.push(this.#producer.send(new Uint8Array(20), { partition }));
  }
}

/** The places that members have handled, as `partition offset`. */
export function handled(members: readonly Pick<AnyMember, "lines">[]): string[] {
  return members.flatMap(({ lines }) =>
    lines.flatMap((line) => (line.event === "record" ? [`${line.partition} ${line.offset}`] : [])),
  );
}

/** Waits until something is so; answers whether it is in time. */
async function within(timeoutMs: number, isSo: () => boolean): Promise<boolean> {
  for (const deadline = performance.now() + timeoutMs; !isSo(); await wait(20)) {
    if (performance.now() > deadline) return false;
  }
  return true;
}

/** The places that were handled more than once, with who did it when. */
function handledTwice(members: readonly AnyMember[]): string[] {
  const times = new Map<string, string[]>();
  for (const { name, lines } of members) {
    for (const line of lines) {
      if (line.event !== "record") continue;
      const place = `${line.partition} ${line.offset}`;
      times.set(place, [...(times.get(place) ?? []), `${name} at ${line.at}`]);
    }
  }
  return [...times].filter(([, each]) => each.length > 1).map(([place, each]) => `${place}: ${each.join(", ")}`);
}

/** The rows of `kafka-consumer-groups --describe`: partition, committed offset, end and lag, by partition. */
export async function describedByKafka(server: string, group: string): Promise<string[][]> {
  const args = ["--bootstrap-server", server, "--describe", "--group", group];
  const printed = await runJava("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", args);
  const [head = [], ...rows] = printed
    .split("\n")
    .flatMap((line) => (line.trim() === "" ? [] : [line.trim().split(/ +/)]));
  const columns = ["PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG"].map((name) => head.indexOf(name));
  return rows.map((row) => columns.map((column) => row[column] ?? "")).sort(([a], [b]) => Number(a) - Number(b));
}
