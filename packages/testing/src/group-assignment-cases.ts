import type { GroupProtocol } from "@dataqueues/core";

import { check, checkError, rejectionOf } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import type { DefineInGroup } from "./group-cases.ts";

/** Who gets which partitions, and when. */
export function groupAssignmentCases(protocol: GroupProtocol, define: DefineInGroup): ConformanceCase[] {
  const cases = [
    define("the only member owns all partitions", async (groups) => {
      const topic = await groups.trial.topic(5);
      const member = await groups.owner(topic, 5);
      check(member.state.epoch > 0, `the member's epoch is ${member.state.epoch} after its join`);
      check(member.state.memberId !== "", "the member has no id after its join");
    }),
    define("two members share the partitions", async (groups) => {
      const topic = await groups.trial.topic(4);
      const [first, second] = [await groups.owner(topic, 4), await groups.member([topic])];
      await groups.until("both to own two of four", () => first.owned.length === 2 && second.owned.length === 2);
    }),
    define("a partition is given only when its owner before has given it up", async (groups) => {
      const topic = await groups.trial.topic(2);
      const first = await groups.owner(topic, 2);
      first.keepsAll = true;
      const second = await groups.member([topic]);
      await groups.until("one partition to be taken away", () => first.assignment.length === 1);
      // The first member still owns both: `until` fails if the second one gets one of them.
      const [one, other] = [first.answers, second.answers];
      await groups.until("both to beat on", () => first.answers > one + 3 && second.answers > other + 3);
      first.keepsAll = false;
      await groups.until("both to own one of two", () => first.owned.length === 1 && second.owned.length === 1);
    }),
    define("the partitions of a member that leaves go to the others", async (groups) => {
      const topic = await groups.trial.topic(6);
      const [first, second] = [await groups.owner(topic, 6), await groups.member([topic])];
      await groups.until("both to own three of six", () => first.owned.length === 3 && second.owned.length === 3);
      await first.leave();
      await groups.until("the other to own six", () => second.owned.length === 6);
    }),
    define("partitions that are added are assigned", async (groups) => {
      const topic = await groups.trial.topic(13);
      const member = await groups.owner(topic, 13);
      await (await groups.trial.admin()).createPartitions([{ topic, partitions: 14 }]);
      await groups.trial.known(await groups.trial.reader(), topic, 14);
      await member.stop();
      // In a classic group the members' leader watches the topics.
      while (member.owned.length < 14) {
        await member.join();
        await groups.trial.pause(`a member to own all fourteen partitions; it owns ${member.owned.join(" ")}`);
      }
    }),
    define("a join with other topics changes what is assigned", async (groups) => {
      const [one, two] = [await groups.trial.topic(8), await groups.trial.topic(8)];
      const member = await groups.owner(one, 8);
      await member.stop();
      member.state = { ...member.state, topics: [two], owned: [] };
      member.start();
      const isOfTwo = (): boolean => member.owned.length === 8 && member.owned.every((name) => name.startsWith(two));
      await groups.until("the member to own the other topic's partitions", isOfTwo);
    }),
    define(
      "the next process of a static member that left has its partitions again, and the others keep theirs",
      async (groups) => {
        const topic = await groups.trial.topic(10);
        const first = await groups.owner(topic, 10, { instanceId: "one" });
        const second = await groups.member([topic], { instanceId: "two" });
        await groups.until("both to own five of ten", () => first.owned.length === 5 && second.owned.length === 5);
        const [before, kept] = [first.owned.join(" "), second.owned.join(" ")];
        await first.leave();
        const answers = second.answers + 3;
        const isKept = (): boolean => second.owned.join(" ") === kept;
        await groups.until("the other to beat on", () => second.answers > answers || !isKept());
        const next = await groups.member([topic], { instanceId: "one" });
        await groups.until("the next process to own five of ten", () => next.owned.length === 5 || !isKept());
        check(isKept(), `the other member owned ${kept}, and meanwhile ${second.owned.join(" ")}`);
        check(
          next.owned.join(" ") === before,
          `the process before owned ${before}, the next one owns ${next.owned.join(" ")}`,
        );
      },
    ),
  ];
  if (protocol === "consumer") return cases;
  return [
    ...cases,
    define("members with range own a range of each topic's partitions", async (groups) => {
      const topic = await groups.trial.topic(11);
      const first = await groups.owner(topic, 11, { assignor: "range" });
      const second = await groups.member([topic], { assignor: "range" });
      await groups.until(
        "both to own a share",
        () => first.owned.length + second.owned.length === 11 && second.owned.length > 0,
      );
      const shares = [first, second].map(({ state }) =>
        state.owned.map(([, partition]) => partition).toSorted((a, b) => a - b),
      );
      const told = shares
        .map((share) => share.join())
        .toSorted()
        .join(" and ");
      check(told === "0,1,2,3,4,5 and 6,7,8,9,10", `the members own ${told}`);
    }),
    define("a member with another assignor is INCONSISTENT_GROUP_PROTOCOL", async (groups) => {
      const topic = await groups.trial.topic();
      await groups.owner(topic, 1, { assignor: "range" });
      const other = await groups.newMember([topic], { assignor: "cooperative-sticky" });
      checkError("joinGroup", await rejectionOf("joinGroup", () => other.join()), "INCONSISTENT_GROUP_PROTOCOL");
    }),
  ];
}
