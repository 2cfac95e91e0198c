import { kafkaError } from "@dataqueues/core";
import type {
  GroupAnswer,
  GroupAssignor,
  GroupDescription,
  GroupListing,
  GroupMember,
  GroupProtocol,
  KafkaErrorName,
  TopicPartition,
  TransportError,
} from "@dataqueues/core";
import { CommittedOffsets } from "./committed-offsets.ts";
import { keyOf, rangeAssignment, stickyAssignment } from "./group-assignment.ts";
import type { Partitions } from "./group-assignment.ts";
import type { MemoryLog } from "./memory-log.ts";

/** The epoch of a member with an instance id that has left, as in Kafka. */
const leftEpoch = -2;

/** A member as the log sees it. */
interface Member {
  id: string;
  readonly instanceId: string | undefined;
  protocol: GroupProtocol;
  assignor: GroupAssignor;
  topics: readonly string[];
  epoch: number;
  previousEpoch: number;
  /** What it shall own. */
  target: Partitions;
  /** What it was given and has not given up: no other member gets it. */
  readonly held: Set<string>;
  sessionTimeoutMs: number;
  rebalanceTimeoutMs: number;
  lastBeat: number;
  /** Until when it has to give up what others wait for. */
  deadline: number | undefined;
}

/**
 * A group: its members, what each shall own, and the offsets that they committed. Both protocols work as KIP-848 says: the
 * log assigns partitions, and a member gets one only when the member before it has given it up. In the classic protocol a
 * heartbeat asks for a join where the consumer protocol answers with another assignment; no join waits for others.
 */
export class Group {
  readonly id: string;
  readonly offsets: CommittedOffsets;
  readonly #log: MemoryLog;
  readonly #members = new Map<string, Member>();
  #epoch = 0;
  /** The subscriptions and partitions that the targets were made for. */
  #assigned = "[[],[]]";
  #protocol: GroupProtocol = "classic";
  #hadMembers = false;

  constructor(id: string, log: MemoryLog) {
    this.id = id;
    this.#log = log;
    this.offsets = new CommittedOffsets(log.topics);
  }

  get isEmpty(): boolean {
    this.#refresh();
    return this.#members.size === 0;
  }

  /** Joins, or joins again, in either protocol; in the consumer protocol a heartbeat is the same. */
  join(request: GroupMember): GroupAnswer {
    this.#refresh();
    const member = request.protocol === "consumer" ? this.#consumerMember(request) : this.#classicMember(request);
    member.topics = [...request.topics];
    this.#seen(member, request);
    this.#hadMembers = true;
    this.#refresh();
    this.#grant(member, new Set(request.owned.map(keyOf)));
    const assignment = [...member.target].flatMap(([key, partition]) => (member.held.has(key) ? [partition] : []));
    return { memberId: member.id, epoch: member.epoch, assignment };
  }

  heartbeat(request: GroupMember): GroupAnswer {
    if (request.protocol === "consumer") return this.join(request);
    const member = this.#current(request);
    this.#seen(member, request);
    const { id: memberId, epoch } = member;
    return this.#shouldJoin(member) ? { memberId, epoch, rejoin: true } : { memberId, epoch };
  }

  /** A member with an instance id keeps its partitions for its next process, until its session ends. */
  leave(request: GroupMember): void {
    this.#refresh();
    const member = this.#find(request);
    if (member.instanceId === undefined) {
      this.#members.delete(member.id);
    } else {
      member.epoch = leftEpoch;
      member.held.clear();
    }
  }

  /** Puts a member out, or all of them, as the log does when a session ends. */
  fence(memberId?: string): void {
    if (memberId === undefined) this.#members.clear();
    else if (!this.#members.delete(memberId)) throw this.error("UNKNOWN_MEMBER_ID", `there is no member ${memberId}`);
  }

  /** Throws what a log says to a member that was put out, or that is in another epoch. */
  checkMember(request: GroupMember): void {
    this.#current(request);
  }

  list(): GroupListing {
    this.#refresh();
    const protocolType = this.#hadMembers ? "consumer" : "";
    return { group: this.id, type: this.#protocol, protocolType, state: this.#state() };
  }

  describe(): GroupDescription {
    this.#refresh();
    const members = [...this.#members.values()];
    const [first] = members;
    const assignor = this.#protocol === "consumer" ? "uniform" : first?.assignor;
    return {
      group: this.id,
      type: this.#protocol,
      state: this.#state(),
      assignor: first === undefined || assignor === undefined ? "" : assignor,
      coordinator: 1,
      members: members.map(({ id: memberId, instanceId, target, held }) => ({
        memberId,
        ...(instanceId !== undefined && { instanceId }),
        clientId: "memory",
        host: "localhost",
        assignment: [...target].flatMap(([key, partition]) => (held.has(key) ? [partition] : [])),
      })),
    };
  }

  error(code: KafkaErrorName, why?: string): TransportError {
    return kafkaError(code, `group ${this.id}`, { why });
  }

  /** The member of a heartbeat in the consumer protocol, which joins with epoch 0. */
  #consumerMember(request: GroupMember): Member {
    const { memberId, epoch } = request;
    if (memberId === "") throw this.error("INVALID_REQUEST", "a member of a consumer group chooses its own id");
    if (epoch === 0) {
      const named = this.#named(request);
      if (named === undefined || named.id === memberId) return this.#members.get(memberId) ?? this.#add(request);
      if (named.epoch === leftEpoch) return this.#rename(named, memberId);
      throw this.error("UNRELEASED_INSTANCE_ID", `the member ${named.id} has the name ${named.instanceId}`);
    }
    const member = this.#find(request);
    const isWithin = request.owned.every((one) => member.held.has(keyOf(one)) && member.target.has(keyOf(one)));
    // Its last answer may have been lost.
    if (epoch === member.epoch || (epoch === member.previousEpoch && isWithin)) return member;
    throw this.error("FENCED_MEMBER_EPOCH", `the member's epoch is ${member.epoch}, not ${epoch}`);
  }

  /** The member of a join in the classic protocol, which joins at first without an id. */
  #classicMember(request: GroupMember): Member {
    const { memberId, instanceId, assignor, owned } = request;
    const name = nameOf({ instanceId, id: memberId });
    const others = [...this.#members.values()].filter((one) => one.protocol === "classic" && nameOf(one) !== name);
    if (others.some((one) => one.assignor !== assignor)) {
      throw this.error("INCONSISTENT_GROUP_PROTOCOL", `other members do not share partitions by ${assignor}`);
    }
    // Kafka does not notice; two members would then read the same partitions.
    if (assignor === "range" && owned.length > 0) {
      throw this.error("INVALID_REQUEST", "a member gives up all partitions before it joins with range");
    }
    if (memberId !== "") return this.#find(request);
    const newId = `member-${this.#log.nextId()}`;
    const named = this.#named(request);
    return named === undefined ? this.#add({ ...request, memberId: newId }) : this.#rename(named, newId);
  }

  /** The member that a request is from, in the epoch that it says. */
  #current(request: GroupMember): Member {
    this.#refresh();
    const member = this.#find(request);
    if (request.epoch === member.epoch) return member;
    const code = request.protocol === "consumer" ? "STALE_MEMBER_EPOCH" : "ILLEGAL_GENERATION";
    throw this.error(code, `the member's epoch is ${member.epoch}, not ${request.epoch}`);
  }

  #find(request: GroupMember): Member {
    const named = this.#named(request);
    if (named !== undefined && named.id !== request.memberId) {
      throw this.error("FENCED_INSTANCE_ID", `the member ${named.id} has the name ${named.instanceId} now`);
    }
    const member = this.#members.get(request.memberId);
    if (member === undefined) throw this.error("UNKNOWN_MEMBER_ID", `there is no member ${request.memberId}`);
    return member;
  }

  /** The member with a request's instance id. */
  #named({ instanceId }: GroupMember): Member | undefined {
    if (instanceId === undefined) return undefined;
    return [...this.#members.values()].find((one) => one.instanceId === instanceId);
  }

  #add(request: GroupMember): Member {
    const { memberId: id, instanceId, protocol, assignor, topics, sessionTimeoutMs, rebalanceTimeoutMs } = request;
    const began = { epoch: 0, previousEpoch: 0, lastBeat: performance.now(), deadline: undefined };
    const timeouts = { sessionTimeoutMs, rebalanceTimeoutMs };
    const partitions = { target: new Map(), held: new Set<string>() };
    const member: Member = { id, instanceId, protocol, assignor, topics, ...timeouts, ...began, ...partitions };
    this.#members.set(id, member);
    return member;
  }

  /** Gives a member's place to the next process that has its instance id. */
  #rename(member: Member, id: string): Member {
    this.#members.delete(member.id);
    member.id = id;
    this.#members.set(id, member);
    return member;
  }

  #seen(member: Member, { protocol, assignor, sessionTimeoutMs, rebalanceTimeoutMs }: GroupMember): void {
    const lastBeat = performance.now();
    Object.assign(member, { protocol, assignor, sessionTimeoutMs, rebalanceTimeoutMs, lastBeat });
  }

  /** Puts out members whose time is over, and assigns anew if members, subscriptions or partitions have changed. */
  #refresh(): void {
    const now = performance.now();
    for (const { id, lastBeat, sessionTimeoutMs, deadline = Infinity } of this.#members.values()) {
      if (now >= lastBeat + sessionTimeoutMs || now >= deadline) this.#members.delete(id);
    }
    const members = [...this.#members.values()].toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
    const topics = [...new Set(members.flatMap((one) => one.topics))].toSorted();
    const found = topics.map((topic) => [topic, this.#log.topics.get(topic)] as const);
    const assigned = JSON.stringify([
      members.map((one) => [nameOf(one), one.protocol, one.assignor, one.topics]),
      found.map(([, topic]) => topic?.partitions.length),
    ]);
    if (assigned === this.#assigned) return;
    this.#assigned = assigned;
    this.#epoch += 1;
    if (members.length > 0) {
      this.#protocol = members.some(({ protocol }) => protocol === "consumer") ? "consumer" : "classic";
    }
    const partitions = found.flatMap(([topic, known]) =>
      (known?.partitions ?? []).map((_, partition): TopicPartition => [topic, partition]),
    );
    const isRange = this.#protocol === "classic" && members[0]?.assignor === "range";
    const targets = (isRange ? rangeAssignment : stickyAssignment)(members, partitions);
    members.forEach((member, index) => {
      member.target = targets[index] ?? new Map();
      if (isGivingUp(member)) member.deadline ??= now + member.rebalanceTimeoutMs;
      else member.deadline = undefined;
    });
  }

  /** Takes back what a member has given up. When it has given up all that it should, it gets what is free. */
  #grant(member: Member, owned: ReadonlySet<string>): void {
    for (const key of member.held) if (!member.target.has(key) && !owned.has(key)) member.held.delete(key);
    const isDone = !isGivingUp(member);
    if (isDone) {
      member.deadline = undefined;
      for (const key of this.#freeTargets(member)) member.held.add(key);
    }
    // In a consumer group the epoch of who gives up partitions stays until it has.
    if (member.epoch === this.#epoch || (!isDone && member.protocol === "consumer")) return;
    member.previousEpoch = member.epoch;
    member.epoch = this.#epoch;
  }

  /** What a member shall own, does not hold yet, and nobody else holds. */
  #freeTargets({ target, held }: Member): string[] {
    const others = [...this.#members.values()].filter((one) => one.held !== held);
    return [...target.keys()].filter((key) => !held.has(key) && !others.some((one) => one.held.has(key)));
  }

  #shouldJoin(member: Member): boolean {
    return member.epoch !== this.#epoch || isGivingUp(member) || this.#freeTargets(member).length > 0;
  }

  #state(): string {
    const members = [...this.#members.values()].filter(({ epoch }) => epoch !== leftEpoch);
    if (this.#members.size === 0) return "Empty";
    if (members.every(({ epoch, target, held }) => epoch === this.#epoch && target.size === held.size)) return "Stable";
    return this.#protocol === "consumer" ? "Reconciling" : "PreparingRebalance";
  }
}

/** What tells a member from others, and its next process from others too. */
function nameOf({ instanceId, id }: Pick<Member, "instanceId" | "id">): string {
  return instanceId === undefined ? `id ${id}` : `instance ${instanceId}`;
}

/** Whether a member holds what it shall not own any more. */
function isGivingUp({ held, target }: Member): boolean {
  return [...held].some((key) => !target.has(key));
}
