import { kafkaError, TransportError } from "@dataqueues/core";
import type {
  CommitAnswer,
  Connection,
  GroupAnswer,
  GroupConnection,
  GroupMember,
  GroupProtocol,
} from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

const protocols = ["consumer", "classic"] as const;

/** For each promise of `group-cases.ts` and the files that it is made of a transport that breaks it alone. */
export const brokenGroups: Readonly<Record<string, Break>> = {
  "groups have the consumer or the classic protocol": changed((connection) => ({
    async joinGroup({ group, topics }) {
      await connection.metadata(topics);
      throw kafkaError("UNSUPPORTED_VERSION", `group ${group}`);
    },
  })),

  ...Object.fromEntries(
    protocols.flatMap((protocol) =>
      Object.entries({ ...brokenAssignments(protocol), ...brokenMembers(protocol), ...brokenOffsets(protocol) }).map(
        ([name, breakIt]) => [`${protocol} groups: ${name}`, breakIt],
      ),
    ),
  ),
};

/** Breaks who gets which partitions. The case that is meant is known by its topic's number of partitions. */
function brokenAssignments(protocol: GroupProtocol): Record<string, Break> {
  const broken: Record<string, Break> = {
    "the only member owns all partitions": assigning(protocol, 5, (assignment) => assignment.slice(1)),

    "two members share the partitions": assigning(protocol, 4, (assignment) =>
      assignment.length === 2 ? assignment.slice(1) : assignment,
    ),

    "a partition is given only when its owner before has given it up": saying(protocol, 2, (member) => ({
      ...member,
      owned: [],
    })),

    "the partitions of a member that leaves go to the others": changed((connection) => ({
      async leaveGroup(member) {
        if (!(await isMeant(connection, member, protocol, 6))) await connection.leaveGroup(member);
      },
    })),

    "partitions that are added are assigned": assigning(protocol, 14, (assignment) =>
      assignment.filter(([, partition]) => partition < 13),
    ),

    "a join with other topics changes what is assigned": (log) => {
      const first = new Map<string, readonly string[]>();
      return saying(protocol, 8, (member) => {
        const topics = first.get(member.group) ?? member.topics;
        first.set(member.group, topics);
        return { ...member, topics };
      })(log);
    },

    "the next process of a static member that left has its partitions again, and the others keep theirs": saying(
      protocol,
      10,
      (member) => ({ ...member, instanceId: undefined }),
    ),
  };
  if (protocol === "consumer") return broken;
  return {
    ...broken,
    "members with range own a range of each topic's partitions": assigning(protocol, 11, (assignment) =>
      assignment.map(([topic, partition]) => [topic, 10 - partition]),
    ),

    "a member with another assignor is INCONSISTENT_GROUP_PROTOCOL": forgiving(
      "joinGroup",
      "INCONSISTENT_GROUP_PROTOCOL",
    ),
  };
}

/** Breaks what is said to a member that is not one, or not in this epoch. */
function brokenMembers(protocol: GroupProtocol): Record<string, Break> {
  const [fenced, stale] =
    protocol === "consumer"
      ? ["FENCED_MEMBER_EPOCH", "STALE_MEMBER_EPOCH"]
      : ["ILLEGAL_GENERATION", "ILLEGAL_GENERATION"];
  const broken: Record<string, Break> = {
    "a member that has left is UNKNOWN_MEMBER_ID to heartbeats and commits": changed((connection) => ({
      commitOffsets: async (member, offsets) => {
        const answers = offsets.map(({ topic, partition }): CommitAnswer => ({ topic, partition }));
        return unless(
          "UNKNOWN_MEMBER_ID",
          member.protocol === protocol,
          answers,
          connection.commitOffsets(member, offsets),
        );
      },
    })),

    [`a heartbeat in an epoch that the group has not reached is ${fenced}`]: forgiving(
      "heartbeat",
      fenced ?? "",
      protocol,
    ),

    [`a commit in an epoch that the group has not reached is ${stale} and keeps nothing`]: changed((connection) => ({
      commitOffsets: async (member, offsets) => {
        const before = { ...member, epoch: member.epoch - 1 };
        return connection.commitOffsets(member, offsets).catch((error: unknown) => {
          if (member.protocol !== protocol || !isCode(error, stale ?? "")) throw error;
          return connection.commitOffsets(before, offsets);
        });
      },
    })),

    "a static member whose place another process has is FENCED_INSTANCE_ID": changed((connection) => ({
      heartbeat: (member) =>
        connection.heartbeat(member).catch((error: unknown) => {
          if (member.protocol !== protocol || !isCode(error, "FENCED_INSTANCE_ID")) throw error;
          throw kafkaError("UNKNOWN_MEMBER_ID", `group ${member.group}`);
        }),
    })),

    "requests are answered while another member's join waits": changed((connection) => {
      let joins = 0;
      const never = new Promise<never>(() => {});
      return {
        async joinGroup(member) {
          if (!(await isMeant(connection, member, protocol, 12))) return connection.joinGroup(member);
          joins += 1;
          return joins === 1 ? connection.joinGroup(member) : never;
        },
        heartbeat: (member) => (joins < 2 ? connection.heartbeat(member) : never),
      };
    }),
  };
  if (protocol === "classic") return broken;
  return {
    ...broken,
    "the name of a static member that is there is UNRELEASED_INSTANCE_ID to others": forgiving(
      "joinGroup",
      "UNRELEASED_INSTANCE_ID",
    ),
  };
}

/** Breaks the offsets that a group keeps. */
function brokenOffsets(protocol: GroupProtocol): Record<string, Break> {
  return {
    "a committed offset is fetched again; where none was committed there is none": fetching(
      protocol,
      (offset, _, all) => (all === 3 ? (offset ?? 0n) : offset),
    ),

    "commitOffsets and fetchOffsets have an answer for each, in order; what is unknown is that answer's": changed(
      (connection) => ({
        async commitOffsets(member, offsets) {
          const answers = await connection.commitOffsets(member, offsets);
          for (const { error } of answers) {
            if (error !== undefined && member.protocol === protocol && answers.length === 5) throw error;
          }
          return answers;
        },
      }),
    ),

    "committed offsets stay when all members have left": (log) => {
      const left = new Set<string>();
      const forgetful = fetching(protocol, (offset, [, group]) => (left.has(group) ? undefined : offset))(log);
      return changed((connection) => ({
        leaveGroup(member) {
          left.add(member.group);
          return connection.leaveGroup(member);
        },
      }))(forgetful);
    },

    "each group has offsets of its own": rememberingCommits(protocol, (committed, [place, group]) =>
      committed.find((one) => one.place === place && one.group !== group),
    ),

    "a topic that is created again has no committed offsets": rememberingCommits(
      protocol,
      (committed, [place, group]) => committed.find((one) => one.place === place && one.group === group),
    ),

    "a commit with the id of a topic before is UNKNOWN_TOPIC_ID and keeps nothing, where metadata tells ids": changed(
      (connection) => ({
        commitOffsets: (member, offsets) =>
          connection.commitOffsets(
            member,
            member.protocol === protocol ? offsets.map((one) => ({ ...one, topicId: undefined })) : offsets,
          ),
      }),
    ),
  };
}

type Requests = Connection & GroupConnection;
type Assignment = NonNullable<GroupAnswer["assignment"]>;

async function isMeant(
  connection: Requests,
  member: GroupMember,
  protocol: GroupProtocol,
  partitions: number,
): Promise<boolean> {
  if (member.protocol !== protocol) return false;
  const [found] = await connection.metadata(member.topics);
  return found?.partitions?.length === partitions;
}

/** Changes what members of topics with so many partitions are given. */
function assigning(protocol: GroupProtocol, partitions: number, change: (assignment: Assignment) => Assignment): Break {
  return changed((connection) => {
    const answered = async (member: GroupMember, answer: GroupAnswer): Promise<GroupAnswer> => {
      if (answer.assignment === undefined || !(await isMeant(connection, member, protocol, partitions))) return answer;
      return { ...answer, assignment: change(answer.assignment) };
    };
    return {
      joinGroup: async (member) => answered(member, await connection.joinGroup(member)),
      heartbeat: async (member) => answered(member, await connection.heartbeat(member)),
    };
  });
}

/** Changes what members of topics with so many partitions say. */
function saying(protocol: GroupProtocol, partitions: number, change: (member: GroupMember) => GroupMember): Break {
  return changed((connection) => {
    const said = async (member: GroupMember): Promise<GroupMember> =>
      (await isMeant(connection, member, protocol, partitions)) ? change(member) : member;
    return {
      joinGroup: async (member) => connection.joinGroup(await said(member)),
      heartbeat: async (member) => connection.heartbeat(await said(member)),
      leaveGroup: async (member) => connection.leaveGroup(await said(member)),
    };
  });
}

/** Says yes where the log says that code. */
function forgiving(request: "joinGroup" | "heartbeat", code: string, protocol?: GroupProtocol): Break {
  return changed((connection) => ({
    [request]: (member: GroupMember) => {
      const answer = { memberId: member.memberId, epoch: member.epoch };
      const isOfProtocol = protocol === undefined || member.protocol === protocol;
      return unless(code, isOfProtocol, answer, connection[request](member));
    },
  }));
}

/** Changes the committed offsets that are told, of a partition and group, in an answer about so many. */
function fetching(
  protocol: GroupProtocol,
  change: (
    offset: bigint | undefined,
    place: readonly [place: string, group: string],
    all: number,
  ) => bigint | undefined,
): Break {
  return changed((connection) => ({
    async fetchOffsets(member, partitions) {
      const answers = await connection.fetchOffsets(member, partitions);
      if (member.protocol !== protocol) return answers;
      return answers.map((one) => {
        if (one.error !== undefined) return one;
        const offset = change(one.offset, [`${one.topic}/${one.partition}`, member.group], answers.length);
        return { topic: one.topic, partition: one.partition, offset };
      });
    },
  }));
}

interface Commit {
  readonly group: string;
  readonly place: string;
  readonly offset: bigint;
}

/** Where nothing is committed, tells an offset that was committed elsewhere or before. */
function rememberingCommits(
  protocol: GroupProtocol,
  find: (committed: readonly Commit[], place: readonly [place: string, group: string]) => Commit | undefined,
): Break {
  return (log) => {
    const committed: Commit[] = [];
    const remembering = fetching(protocol, (offset, place) => offset ?? find(committed, place)?.offset)(log);
    return changed((connection) => ({
      async commitOffsets(member, offsets) {
        const answers = await connection.commitOffsets(member, offsets);
        offsets.forEach(({ topic, partition, offset }, index) => {
          if (answers[index]?.error !== undefined) return;
          committed.push({ group: member.group, place: `${topic}/${partition}`, offset });
        });
        return answers;
      },
    }))(remembering);
  };
}

/** What a request answers, or something else where it is refused with that code. */
async function unless<T>(code: string, isMeant: boolean, instead: T, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!isMeant || !isCode(error, code)) throw error;
    return instead;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof TransportError && error.code === code;
}
