import { invalidArgument, TransportError } from "@dataqueues/core";
import type { AdminConnection, NetworkClient } from "@dataqueues/core";

import { connectionWith } from "./optional-requests.ts";
import type { OptionalRequest } from "./optional-requests.ts";
import { retry, unreachable } from "./retry.ts";
import type { RetryLimits } from "./retry.ts";

/** What a log answers for a group. */
interface GroupAnswer {
  readonly group: string;
  readonly error?: TransportError | undefined;
}

/** What is done with a group. */
export type GroupAction = "describe" | "delete" | "show offsets of" | "reset offsets of";

/** One kind of request about groups. */
interface GroupRequest<Answer> {
  readonly action: GroupAction;
  /** Each group once. */
  readonly groups: readonly string[];
  readonly ask: (groups: readonly string[]) => Promise<readonly Answer[]>;
}

/** The groups of a caller's list; a single text is one group. Throws a `DataQueueError` `INVALID_ARGUMENT` for what is none. */
export function groupNames(groups: string | Iterable<string>): string[] {
  if (typeof groups === "string") return [checkGroup("groups", groups)];
  if (typeof groups?.[Symbol.iterator] !== "function") {
    throw invalidArgument("groups", "a group's name or a list of them", groups);
  }
  return Array.from(groups, (group, index) => checkGroup(`groups[${index}]`, group));
}

/** Throws a `DataQueueError` `INVALID_ARGUMENT` for what is no group's name. */
export function checkGroup(name: string, group: unknown): string {
  if (typeof group === "string" && group !== "") return group;
  throw invalidArgument(name, "a group's name", group);
}

/**
 * Asks about groups until each has its answer. Gives the answers in the order of the groups.
 *
 * @throws TransportError naming the first group that the log refuses, once all the others have theirs
 */
export async function askGroups<Answer extends GroupAnswer>(
  client: NetworkClient<"admin">,
  limits: RetryLimits,
  { action, groups, ask }: GroupRequest<Answer>,
): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  await retry(client, limits, `${action} ${groups.join(", ")}`, async () => {
    const left = groups.filter((group) => !answers.has(group));
    const told = left.length === 0 ? [] : await ask(left);
    let failure: TransportError | undefined;
    for (const group of left) {
      const answer = told.find((one) => one.group === group);
      if (answer === undefined) failure = groupError(action, group, undefined);
      else if (answer.error?.retriable !== true) answers.set(group, answer);
      else failure = groupError(action, group, answer.error);
    }
    if (failure !== undefined) throw failure;
    return answers;
  });
  return groups.flatMap((group) => {
    const answer = answers.get(group);
    if (answer?.error !== undefined) throw groupError(action, group, answer.error);
    return answer ?? [];
  });
}

/**
 * Makes a request that a group's coordinator answers. A connection that is lost is replaced; it stays when a coordinator refuses.
 *
 * @throws UnsupportedError when the log lacks the request
 */
export async function requestCoordinator<Name extends OptionalRequest, T>(
  client: NetworkClient<"admin">,
  name: Name,
  make: (connection: AdminConnection & Required<Pick<AdminConnection, Name>>) => Promise<T>,
): Promise<T> {
  const connection = await connectionWith(client, name);
  try {
    return await client.request(name, () => make(connection));
  } catch (error) {
    if (error instanceof TransportError && unreachable.has(error.code)) client.drop(error, connection);
    throw error;
  }
}

/** The error of one group, with what was to be done with it. */
export function groupError(action: GroupAction, group: string, cause: TransportError | undefined): TransportError {
  const reason = cause?.message ?? "the log did not answer for it";
  const { code = "UNKNOWN_SERVER_ERROR", retriable = false } = cause ?? {};
  return new TransportError(`cannot ${action} group ${group}: ${reason}`, { code, retriable, cause });
}
