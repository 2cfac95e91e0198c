import { committedOffsetCases } from "./committed-offset-cases.ts";
import { check } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { groupAssignmentCases } from "./group-assignment-cases.ts";
import { groupMemberCases } from "./group-member-cases.ts";
import { groupProtocols, GroupTrial } from "./group-trial.ts";
import type { TransportSubject } from "./transport-subject.ts";

/** Makes a case of what happens in a group; it has nothing to show where the log does not have the group's protocol. */
export type DefineInGroup = (name: string, run: (groups: GroupTrial) => Promise<void>) => ConformanceCase;

/** Groups that share partitions, by each protocol that the log has. */
export function groupCases({ capabilities, define }: TransportSubject): ConformanceCase[] {
  if (!capabilities.groups) return [];
  return [
    define("groups have the consumer or the classic protocol", async (trial) => {
      const topic = await trial.topic();
      const missing: unknown[] = [];
      for (const protocol of groupProtocols) {
        const groups = new GroupTrial(trial, protocol);
        try {
          await groups.owner(topic, 1);
          return;
        } catch (error) {
          if (!groups.isMissing(error)) throw error;
          missing.push(error);
        } finally {
          await groups.end();
        }
      }
      check(false, "a join is UNSUPPORTED_VERSION in both protocols", missing[0]);
    }),
    ...groupProtocols.flatMap((protocol) => {
      const defineInGroup: DefineInGroup = (name, run) =>
        define(`${protocol} groups: ${name}`, async (trial) => {
          const groups = new GroupTrial(trial, protocol);
          try {
            await run(groups);
          } catch (error) {
            if (!groups.isMissing(error)) throw error;
          } finally {
            await groups.end();
          }
        });
      return [
        ...groupAssignmentCases(protocol, defineInGroup),
        ...groupMemberCases(protocol, defineInGroup),
        ...committedOffsetCases(defineInGroup),
      ];
    }),
  ];
}
