import type { GroupProtocol } from "@dataqueues/core";

import { check, checkError, rejectionOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { DefineInGroup } from "./group-cases.ts";

/** What is said to a member that is not one, or not in this epoch. */
export function groupMemberCases(protocol: GroupProtocol, define: DefineInGroup): ConformanceCase[] {
  const [fenced, stale] =
    protocol === "consumer"
      ? (["FENCED_MEMBER_EPOCH", "STALE_MEMBER_EPOCH"] as const)
      : (["ILLEGAL_GENERATION", "ILLEGAL_GENERATION"] as const);
  const cases = [
    define("a member that has left is UNKNOWN_MEMBER_ID to heartbeats and commits", async (groups) => {
      const topic = await groups.trial.topic();
      const [first, other] = [await groups.owner(topic, 1), await groups.member([topic])];
      await groups.until("another member to join", () => other.answers > 0);
      await first.leave();
      const connection = await groups.connection();
      const beat = await rejectionOf("heartbeat", () => connection.heartbeat(first.state));
      checkError("heartbeat", beat, "UNKNOWN_MEMBER_ID");
      const commit = await rejectionOf("commitOffsets", () =>
        connection.commitOffsets(first.state, [{ topic, partition: 0, offset: 1n }]),
      );
      checkError("commitOffsets", commit, "UNKNOWN_MEMBER_ID");
    }),
    define(`a heartbeat in an epoch that the group has not reached is ${fenced}`, async (groups) => {
      const member = await groups.owner(await groups.trial.topic(), 1);
      await member.stop();
      const ahead = { ...member.state, epoch: member.state.epoch + 1 };
      const connection = await groups.connection();
      checkError("heartbeat", await rejectionOf("heartbeat", () => connection.heartbeat(ahead)), fenced);
    }),
    define(`a commit in an epoch that the group has not reached is ${stale} and keeps nothing`, async (groups) => {
      const topic = await groups.trial.topic();
      const member = await groups.owner(topic, 1);
      const ahead = { ...member.state, epoch: member.state.epoch + 1 };
      const connection = await groups.connection();
      const error = await rejectionOf("commitOffsets", () =>
        connection.commitOffsets(ahead, [{ topic, partition: 0, offset: 1n }]),
      );
      checkError("commitOffsets", error, stale);
      const [kept] = await groups.committed(member, [[topic, 0]]);
      check(kept === undefined, `the offset ${kept} was kept all the same`);
    }),
    define("a static member whose place another process has is FENCED_INSTANCE_ID", async (groups) => {
      const topic = await groups.trial.topic();
      const first = await groups.owner(topic, 1, { instanceId: "one" });
      await first.leave();
      await groups.owner(topic, 1, { instanceId: "one" });
      const connection = await groups.connection();
      const error = await rejectionOf("heartbeat", () => connection.heartbeat(first.state));
      checkError("heartbeat", error, "FENCED_INSTANCE_ID");
    }),
    define("requests are answered while another member's join waits", async (groups) => {
      const topic = await groups.trial.topic(12);
      const first = await groups.owner(topic, 12);
      await first.stop();
      const second = await groups.member([topic]);
      // Where a join waits for the others, this one waits for the first member.
      await groups.trial.pause("the second member to ask");
      const connection = await groups.connection();
      await connection.metadata([topic]);
      await groups.committed(first, [[topic, 0]]);
      await groups.commit(first, topic, 0n);
      await connection.heartbeat(first.state);
      check(second.error === undefined, `the second member could not join: ${String(second.error)}`, second.error);
      first.start();
      await groups.until("both to own six of twelve", () => first.owned.length === 6 && second.owned.length === 6);
    }),
  ];
  if (protocol === "classic") return cases;
  return [
    ...cases,
    define("the name of a static member that is there is UNRELEASED_INSTANCE_ID to others", async (groups) => {
      const topic = await groups.trial.topic();
      await groups.owner(topic, 1, { instanceId: "one" });
      const other = await groups.newMember([topic], { instanceId: "one" });
      checkError("joinGroup", await rejectionOf("joinGroup", () => other.join()), "UNRELEASED_INSTANCE_ID");
    }),
  ];
}
