import type { AdminConnection, CommitAnswer, OffsetToCommit, TopicPartition } from "@dataqueues/core";

import { check, checkError } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { groupProtocols, GroupTrial } from "./group-trial.ts";
import type { TransportSubject } from "./transport-subject.ts";
import type { Trial } from "./trial.ts";

/** Groups as an admin sees them. A log without the requests for them has nothing to show. */
export function groupAdminCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.admin || !capabilities.groups) return [];
  /** Makes a case of what happens in a group of the first protocol that the log has. */
  const defineInGroup = (
    name: string,
    run: (groups: GroupTrial, admin: AdminConnection) => Promise<void>,
  ): ConformanceCase =>
    define(`${name}, where the log has it`, async (trial) => {
      for (const protocol of groupProtocols) {
        const groups = new GroupTrial(trial, protocol);
        try {
          return await run(groups, await trial.admin());
        } catch (error) {
          if (!groups.isMissing(error)) throw error;
        } finally {
          await groups.end();
        }
      }
    });
  return [
    defineInGroup("listGroups tells a group that has members", async (groups, admin) => {
      const { protocol } = (await groups.owner(await groups.trial.topic(), 1)).state;
      for (;;) {
        const all = await groups.trial.retried("listGroups", async () => admin.listGroups?.());
        if (all === undefined) return;
        const found = all.filter(({ group }) => group === groups.group);
        check(found.length === 1, `the group is ${found.length} times in the list of ${all.length}`);
        const [{ protocolType, type = protocol, state = "Stable" } = { protocolType: "" }] = found;
        check(protocolType === "consumer", `the protocol type of a group of consumers is "${protocolType}"`);
        check(type === protocol, `the type of a ${protocol} group is ${type}`);
        if (state === "Stable") return;
        await groups.trial.pause(`a group that nothing happens in to be Stable; it is ${state}`);
      }
    }),
    defineInGroup("describeGroups tells the members and what they own", async (groups, admin) => {
      const topic = await groups.trial.topic(2);
      const { state } = await groups.owner(topic, 2, { instanceId: "one" });
      for (;;) {
        const all = await groups.trial.retried("describeGroups", async () => admin.describeGroups?.([groups.group]));
        if (all === undefined) return;
        const [found] = all;
        check(
          found?.group === groups.group && all.length === 1,
          "describeGroups of one group is not one result for it",
        );
        check(found.error === undefined, `describeGroups returned ${String(found.error)}`, found.error);
        check(found.type === groups.protocol, `the type of a ${groups.protocol} group is ${found.type}`);
        const [member, ...more] = found.members;
        check(
          more.length === 0 && member?.memberId === state.memberId,
          `the members are ${JSON.stringify(found.members)}`,
        );
        check(member.instanceId === "one", `the instance id of the member is ${member.instanceId}, not one`);
        const owned = member.assignment.map((one) => one.join("/")).toSorted();
        if (owned.join() === [0, 1].map((partition) => `${topic}/${partition}`).join() && found.state === "Stable")
          return;
        await groups.trial.pause(`a ${found.state} group's member to own two partitions, not ${owned.join()}`);
      }
    }),
    defineInGroup(
      "describeGroups has a result for each; an unknown group is GROUP_ID_NOT_FOUND",
      async (groups, admin) => {
        await groups.owner(await groups.trial.topic(), 1);
        const names = [groups.trial.freshName(), groups.group];
        const all = await groups.trial.retried("describeGroups", async () => admin.describeGroups?.(names));
        if (all === undefined) return;
        check(all.map(({ group }) => group).join() === names.join(), "the results are in another order");
        checkError("describeGroups of an unknown group", all[0]?.error, "GROUP_ID_NOT_FOUND");
        check(all[1]?.error === undefined, `describeGroups returned ${String(all[1]?.error)}`, all[1]?.error);
      },
    ),
    defineInGroup(
      "a group with members is NON_EMPTY_GROUP to deleteGroups, an unknown one GROUP_ID_NOT_FOUND",
      async (groups, admin) => {
        const member = await groups.owner(await groups.trial.topic(), 1);
        const names = [groups.trial.freshName(), groups.group];
        const all = await groups.trial.retried("deleteGroups", async () => admin.deleteGroups?.(names));
        if (all === undefined) return;
        check(all.map(({ group }) => group).join() === names.join(), "the results are in another order");
        checkError("deleteGroups of an unknown group", all[0]?.error, "GROUP_ID_NOT_FOUND");
        checkError("deleteGroups of a group with members", all[1]?.error, "NON_EMPTY_GROUP");
        const answers = member.answers + 2;
        await groups.until("the member to beat on", () => member.answers > answers);
      },
    ),
    defineInGroup("a deleted group has no offsets", async (groups, admin) => {
      const topic = await groups.trial.topic();
      await alter(groups.trial, groups.group, [{ topic, partition: 0, offset: 5n }]);
      const deleted = await groups.trial.retried("deleteGroups", async () => admin.deleteGroups?.([groups.group]));
      if (deleted === undefined) return;
      check(deleted[0]?.error === undefined, `deleteGroups returned ${String(deleted[0]?.error)}`, deleted[0]?.error);
      const [kept] = await groups.committed(await groups.owner(topic, 1), [[topic, 0]]);
      check(kept === undefined, `the deleted group has the offset ${kept}`);
    }),
    defineInGroup(
      "fetchGroupOffsets tells the offsets of partitions, or all that are committed",
      async (groups, admin) => {
        const topic = await groups.trial.topic(4);
        const member = await groups.owner(topic, 4);
        await groups.commit(member, topic, 5n, 2);
        await groups.commit(member, topic, 0n, 0);
        const named = await committed(groups.trial, admin, groups.group, [
          [topic, 1],
          [topic, 2],
          [topic, 0],
        ]);
        if (named === undefined) return;
        const expected = [`${topic}/1: undefined`, `${topic}/2: 5`, `${topic}/0: 0`].join();
        check(named.join() === expected, `the offsets are ${named.join()}, not ${expected}`);
        const all = (await committed(groups.trial, admin, groups.group))?.toSorted().join();
        check(all === [`${topic}/0: 0`, `${topic}/2: 5`].join(), `all committed offsets are ${all}`);
        const none = await committed(groups.trial, admin, groups.trial.freshName());
        check(none?.length === 0, `a group that does not exist has the offsets ${none?.join()}`);
      },
    ),
    defineInGroup("alterGroupOffsets makes a group, whose members find the offsets", async (groups) => {
      const topic = await groups.trial.topic(2);
      const offsets = [0, 99, 1].map((partition) => ({ topic, partition, offset: BigInt(partition) + 5n }));
      const answers = await alter(groups.trial, groups.group, offsets);
      if (answers === undefined) return;
      check(answers.map(({ partition }) => partition).join() === "0,99,1", "the answers are in another order");
      checkError("alterGroupOffsets of an unknown partition", answers[1]?.error, "UNKNOWN_TOPIC_OR_PARTITION");
      check(
        answers[0]?.error === undefined,
        `alterGroupOffsets returned ${String(answers[0]?.error)}`,
        answers[0]?.error,
      );
      const kept = await groups.committed(await groups.owner(topic, 2), [
        [topic, 1],
        [topic, 0],
      ]);
      check(kept.map(String).join() === "6,5", `the members find the offsets ${kept.map(String).join()}, not 6,5`);
    }),
    defineInGroup(
      "alterGroupOffsets of a group with members is UNKNOWN_MEMBER_ID and changes nothing",
      async (groups) => {
        const topic = await groups.trial.topic();
        const member = await groups.owner(topic, 1);
        await groups.commit(member, topic, 5n);
        const answers = await alter(groups.trial, groups.group, [{ topic, partition: 0, offset: 9n }]);
        if (answers === undefined) return;
        checkError("alterGroupOffsets", answers[0]?.error, "UNKNOWN_MEMBER_ID");
        const [kept] = await groups.committed(member, [[topic, 0]]);
        check(kept === 5n, `the committed offset was 5 and is ${kept}`);
      },
    ),
  ];
}

/** The answers to alterGroupOffsets; undefined where the log does not have it. */
async function alter(
  trial: Trial,
  group: string,
  offsets: readonly OffsetToCommit[],
): Promise<CommitAnswer[] | undefined> {
  const admin = await trial.admin();
  return trial.retried("alterGroupOffsets", async () => admin.alterGroupOffsets?.(group, offsets));
}

/** Committed offsets as texts; undefined where the log does not tell them. */
async function committed(
  trial: Trial,
  admin: AdminConnection,
  group: string,
  partitions?: readonly TopicPartition[],
): Promise<string[] | undefined> {
  const answers = await trial.retried("fetchGroupOffsets", async () => admin.fetchGroupOffsets?.(group, partitions));
  return answers?.map((one) => {
    check(one.error === undefined, `fetchGroupOffsets returned ${String(one.error)}`, one.error);
    return `${one.topic}/${one.partition}: ${String(one.offset)}`;
  });
}
