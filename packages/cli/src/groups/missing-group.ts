/** The error of a group that does not exist. */
export function missingGroup(group: string, host: string, cause?: unknown): Error {
  return new Error(`${host} has no group ${group}; dataqueues groups lists those there are`, { cause });
}
