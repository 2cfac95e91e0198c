import type {
  CommitAnswer,
  CommittedOffset,
  GroupAnswer,
  GroupConnection,
  GroupMember,
  OffsetToCommit,
  TopicPartition,
} from "@dataqueues/core";
import type { RequestItem, RequestName } from "./faults.ts";
import { Group } from "./group.ts";
import { MemoryConnection } from "./memory-connection.ts";
import { unknownGroup } from "./memory-log.ts";

/** A connection of a group's member to a log in this process, which is the coordinator of all groups. */
export class MemoryGroupConnection extends MemoryConnection implements GroupConnection {
  joinGroup(member: GroupMember): Promise<GroupAnswer> {
    return this.#ask("joinGroup", member, topicsOf(member), (group) => group.join(member));
  }

  heartbeat(member: GroupMember): Promise<GroupAnswer> {
    return this.#ask("heartbeat", member, topicsOf(member), (group) => group.heartbeat(member));
  }

  leaveGroup(member: GroupMember): Promise<void> {
    return this.#ask("leaveGroup", member, topicsOf(member), (group) => group.leave(member));
  }

  commitOffsets(member: GroupMember, offsets: readonly OffsetToCommit[]): Promise<CommitAnswer[]> {
    return this.#ask("commitOffsets", member, offsets, (group) => {
      group.checkMember(member);
      return offsets.map((one): CommitAnswer => {
        const { topic, partition } = one;
        const error = this.faults.errorFor("commitOffsets", topic, partition) ?? group.offsets.commit(one);
        return error === undefined ? { topic, partition } : { topic, partition, error };
      });
    });
  }

  fetchOffsets(member: GroupMember, partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    const items = partitions.map(([topic, partition]) => ({ topic, partition }));
    return this.#ask("fetchOffsets", member, items, (group) => {
      // As in Kafka, the classic protocol does not say who asks.
      if (member.protocol === "consumer") group.checkMember(member);
      return items.map(({ topic, partition }): CommittedOffset => {
        const error = this.faults.errorFor("fetchOffsets", topic, partition);
        if (error !== undefined) return { topic, partition, error };
        return { topic, partition, offset: group.offsets.get(topic, partition) };
      });
    });
  }

  #ask<T>(
    request: RequestName,
    member: GroupMember,
    items: readonly RequestItem[],
    run: (group: Group) => T,
  ): Promise<T> {
    return this.respond(request, items, () => {
      this.failIfTold(request);
      const found = this.log.groups.get(member.group);
      if (found === undefined && member.protocol === "consumer" && member.epoch > 0) throw unknownGroup(member.group);
      const group = found ?? new Group(member.group, this.log);
      if (member.group === "") throw group.error("INVALID_GROUP_ID", "it is empty");
      const answer = run(group);
      if (request === "joinGroup" || request === "heartbeat") this.log.groups.set(member.group, group);
      return answer;
    });
  }
}

function topicsOf({ topics }: GroupMember): RequestItem[] {
  return topics.map((topic) => ({ topic }));
}
