import { runPython } from "@dataqueues/tooling-python";

/** What a member of a group wrote, for the checker. */
export interface MemberHistory {
  readonly name: string;
  /** What was done to it, such as "killed"; null for a member that only worked. Only messages of the others may come again. */
  readonly fate: string | null;
  /** How long it may go on with partitions that were taken from it without a word: until its next heartbeat, say. 0 by default. */
  readonly graceMs?: number;
  /** Its events, one line of JSON each. */
  readonly lines: string;
}

/** A group and its members, for the checker. */
export interface GroupHistory {
  readonly group: string;
  readonly members: readonly MemberHistory[];
}

/** What is checked: the groups, the topics that all of them read, and the first offsets that they had to handle. */
export interface GroupsToCheck {
  readonly topics: readonly string[];
  /** By topic and partition; from the first record on where there is none. */
  readonly since?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly groups: readonly GroupHistory[];
}

/** What the checker found out about one group. All but `causes`, `pauseMs`, `pausedAt` and `examples` are counts. */
export interface GroupCheck {
  /** Messages handled by any member; what was handled twice counts twice. */
  readonly handled: number;
  /** Records that no member handled. */
  readonly lost: number;
  /** Messages handled again. */
  readonly duplicated: number;
  /** The fates that explain duplicates, and how many each. */
  readonly causes: Readonly<Record<string, number>>;
  /** Duplicates although nothing had been done to the members that handled them. */
  readonly unexplained: number;
  /** Duplicates that were begun when their offset had been committed. */
  readonly ofCommitted: number;
  /** Messages that a member handled after another than the one before it in the log, within one assignment. */
  readonly outOfOrder: number;
  /** Handled messages that are not like this in the log. */
  readonly corrupt: number;
  /** Messages that a member began without owning their partition. */
  readonly unassigned: number;
  /** Messages that a member began when another had got the partition already. */
  readonly overlapping: number;
  /** Commits of offsets before all messages up to there were handled. */
  readonly committedUnhandled: number;
  /**
   * Commits that were lost with their connection and carried out after the next one: the same member, which kept the partition,
   * committed again where it had been. No client can tell; nothing comes again, unless the member dies in between.
   */
  readonly committedLate: number;
  /** Commits of lower offsets than before. */
  readonly committedBack: number;
  /** Times that a member lost its partitions although nothing had been done to it. */
  readonly unprovoked: number;
  /** The longest time in which a partition had messages for the group and none was finished. */
  readonly pauseMs: number;
  readonly pausedAt: string;
  /** The first few of each kind, in words. */
  readonly examples: readonly string[];
}

/**
 * Compares what the members of groups handled with the log of a Kafka, and with all that the groups ever committed. Python's
 * aiokafka reads both.
 */
export async function checkGroups(
  servers: readonly string[],
  groups: GroupsToCheck,
): Promise<Readonly<Record<string, GroupCheck>>> {
  const input = JSON.stringify(groups);
  return JSON.parse(await runPython("check_groups.py", [servers.join(",")], { input, timeoutMs: 600_000 }));
}

/** Records and commits that were read already. */
export interface GroupLog {
  readonly records: readonly (readonly [
    topic: string,
    partition: number,
    offset: number,
    writtenMs: number,
    hex: string,
  ])[];
  readonly commits: readonly (readonly [
    group: string,
    topic: string,
    partition: number,
    offset: number,
    committedMs: number,
  ])[];
}

/** Does the same with records and commits that were read already. */
export async function checkGroupLog(
  groups: GroupsToCheck,
  log: GroupLog,
): Promise<Readonly<Record<string, GroupCheck>>> {
  const input = JSON.stringify({ ...groups, ...log });
  return JSON.parse(await runPython("check_groups.py", ["-"], { input, timeoutMs: 600_000 }));
}

/** The promises that a check of a group found broken, in words. */
export function brokenInGroup(group: string, checked: GroupCheck, allowedPauseMs: number): string[] {
  const kinds = [
    [checked.lost, "records were handled by nobody"],
    [checked.unexplained, "messages were handled again without a reason"],
    [checked.ofCommitted, "messages were handled again although they had been committed"],
    [checked.outOfOrder, "messages were handled out of order"],
    [checked.corrupt, "handled messages are not in the log"],
    [checked.unassigned, "messages were handled by a member that did not own their partition"],
    [checked.overlapping, "messages were begun when another member had got their partition"],
    [checked.committedUnhandled, "commits were ahead of what had been handled"],
    [checked.committedBack, "commits went back"],
    [checked.unprovoked, "times a member lost its partitions without a reason"],
  ] as const;
  const broken = kinds.filter(([count]) => count > 0).map(([count, what]) => `${group}: ${count} ${what}`);
  const examples = broken.length === 0 ? [] : checked.examples.map((example) => `${group}: ${example}`);
  const paused =
    checked.pauseMs > allowedPauseMs
      ? [`${group}: nobody handled ${checked.pausedAt}, ${checked.pauseMs} ms where ${allowedPauseMs} are allowed`]
      : [];
  return [...broken, ...examples, ...paused];
}
