import { TransportError } from "../../contract/errors.ts";

const fenced: readonly string[] = ["UNKNOWN_MEMBER_ID", "FENCED_MEMBER_EPOCH", "ILLEGAL_GENERATION"];

const outdated: readonly string[] = ["REBALANCE_IN_PROGRESS", "ILLEGAL_GENERATION", "STALE_MEMBER_EPOCH"];

/** Whether an error has one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): error is TransportError {
  return error instanceof TransportError && codes.includes(error.code);
}

/** Whether a heartbeat or a join that is refused so means that others have the member's partitions. */
export function isFenced(error: unknown, epoch: number): boolean {
  return hasCode(error, ...fenced) || (epoch > 0 && hasCode(error, "GROUP_ID_NOT_FOUND"));
}

/** Whether trying again can help, or will once the member knows of the group's newest assignment. */
export function passesByItself(error: unknown): boolean {
  return error instanceof TransportError && (error.retriable || hasCode(error, ...outdated));
}

/** Whether a log, or the group, does not have the protocol in which a member wants to join. */
export function isOtherProtocol(error: unknown): boolean {
  return hasCode(error, "UNSUPPORTED_VERSION", "GROUP_ID_NOT_FOUND");
}
