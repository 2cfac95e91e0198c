// Loaded here, its first use takes no real time, which a fake clock does not wait for.
import "../../../src/consumer/group/group-session.ts";

import type { ConsumerOptions } from "../../../src/consumer/consumer-options.ts";
import type { GroupAnswer, GroupConnection, GroupMember } from "../../../src/contract/groups.ts";
import type { DataQueueEvent } from "../../../src/contract/events.ts";
import type { TopicPartition } from "../../../src/contract/record.ts";
import { pass } from "../../fake-clock.ts";
import { noResponse } from "../../scripted-log.ts";
import type { ScriptedLog } from "../../scripted-log.ts";
import { consuming } from "../consuming.ts";

type InGroup = ReturnType<typeof consuming>;

/** A consumer of texts in group g, of topic a by default, with its events. */
export function inGroup(log: ScriptedLog, options: ConsumerOptions<string> = {}): InGroup {
  return consuming(log, { group: "g", ...options });
}

/** As {@link inGroup}, after it has joined; needs a fake clock. */
export async function joined(log: ScriptedLog, options: ConsumerOptions<string> = {}): Promise<InGroup> {
  const member = inGroup(log, options);
  await settled(member.consumer.connect());
  return member;
}

/** Settles as a promise does, and lets time pass meanwhile: a minute at most. */
export async function settled<T>(promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  for (let passed = 0; !isSettled && passed < 60_000; passed += 10) await pass(passed === 0 ? 0 : 10);
  if (!isSettled) throw new Error("nothing came within a minute");
  return promise;
}

/** What a promise rejects with; undefined if it resolves. Nothing is left unhandled while a test lets time pass. */
export function reasonOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
}

/** From now on requests of this name get no response. */
export function hang(log: ScriptedLog, request: keyof ScriptedLog["on"]): void {
  Object.assign(log.on, { [request]: () => noResponse() });
}

/** The offsets of each commit, in order: `"a/0 5"`. */
export function commitsOf(log: ScriptedLog): string[][] {
  return log
    .calls("commitOffsets")
    .map(([, offsets]) => offsets.map(({ topic, partition, offset }) => `${topic}/${partition} ${offset}`));
}

/** The last offset that the group keeps of a partition. */
export function placeOf(log: ScriptedLog, topic = "a", partition = 0): bigint | undefined {
  return log.committed.get(`g/${topic}/${partition}`);
}

/** The events of some types, in order. */
export function eventsOf<Type extends DataQueueEvent["type"]>(
  events: readonly DataQueueEvent[],
  ...types: readonly Type[]
): Extract<DataQueueEvent, { readonly type: Type }>[] {
  const wanted: readonly string[] = types;
  return events.filter((event): event is Extract<DataQueueEvent, { readonly type: Type }> =>
    wanted.includes(event.type),
  );
}

/** What a group wants of its only member; a test changes it at any time. */
export interface Wishes {
  epoch: number;
  /** The partitions that it shall own. */
  target: readonly TopicPartition[];
  /** Whether a classic group shares partitions anew. */
  rejoin: boolean;
  /** How often the log wants a heartbeat. */
  heartbeatIntervalMs?: number;
}

/** Makes a log's group answer with what a test wants. */
export function groupThatWants(log: ScriptedLog, target: readonly TopicPartition[]): Wishes {
  const wishes: Wishes = { epoch: 1, target, rejoin: false };
  const answer = ({ memberId }: GroupMember): GroupAnswer => {
    const { epoch, target: assignment, heartbeatIntervalMs } = wishes;
    return { memberId: memberId === "" ? "member" : memberId, epoch, assignment, heartbeatIntervalMs };
  };
  log.on.joinGroup = async (member) => {
    wishes.rejoin = false;
    return answer(member);
  };
  const heartbeat: GroupConnection["heartbeat"] = async (member) => {
    if (member.protocol === "consumer") return answer(member);
    return { memberId: member.memberId, epoch: wishes.epoch, rejoin: wishes.rejoin };
  };
  log.on.heartbeat = heartbeat;
  return wishes;
}
