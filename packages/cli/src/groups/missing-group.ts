/** The error of a group that does not exist. */
export function missingGroup(group: string, host: string, cause?: unknown): Error {
  return new Error(`there is no group ${group} at ${host}: dataqueues groups shows what there is`, { cause });
}
