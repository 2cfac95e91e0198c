import type { GroupAssignor, GroupProtocol } from "../../contract/groups.ts";
import { checkNumbers, timeLimit } from "../../shared/check-number.ts";
import type { NumberOption } from "../../shared/check-number.ts";
import { checkBoolean, checkChoice } from "../../shared/check-options.ts";
import { invalidArgument } from "../../shared/invalid-argument.ts";
import type { GroupOptions } from "./group-options.ts";

type GroupNumber =
  | "sessionTimeoutMs"
  | "heartbeatIntervalMs"
  | "rebalanceTimeoutMs"
  | "autoCommitIntervalMs"
  | "maxProcessingMs";

const numbers: Readonly<Record<GroupNumber, NumberOption>> = {
  sessionTimeoutMs: [45_000, { least: 1 }],
  heartbeatIntervalMs: [1_000, { least: 1 }],
  rebalanceTimeoutMs: [60_000, { least: 1 }],
  autoCommitIntervalMs: [1_000, timeLimit],
  maxProcessingMs: [300_000, timeLimit],
};

/** The options of a group, checked and with defaults. */
export type GroupSettings = Readonly<Record<GroupNumber, number>> & {
  readonly group: string;
  readonly groupProtocol: "auto" | GroupProtocol;
  readonly groupInstanceId: string | undefined;
  readonly assignor: GroupAssignor;
  readonly autoCommit: boolean;
};

/**
 * The options of a group; undefined without one. Throws a `DataQueueError` `INVALID_ARGUMENT` that names the first option that
 * makes no sense.
 */
export function groupSettings(options: GroupOptions): GroupSettings | undefined {
  const {
    group,
    groupInstanceId,
    groupProtocol = "auto",
    assignor = "cooperative-sticky",
    autoCommit = true,
  } = options;
  checkName("group", group);
  checkName("groupInstanceId", groupInstanceId);
  checkChoice("groupProtocol", groupProtocol, ["auto", "consumer", "classic"]);
  checkChoice("assignor", assignor, ["cooperative-sticky", "range"]);
  checkBoolean("autoCommit", autoCommit);
  const checked = checkNumbers(options, numbers);
  if (group === undefined) return undefined;
  return { ...checked, group, groupProtocol, groupInstanceId, assignor, autoCommit };
}

/** The log takes an empty name for none. */
function checkName(name: string, value: unknown): void {
  if (value === undefined || (typeof value === "string" && value !== "")) return;
  throw invalidArgument(name, "a text that is not empty", value);
}
