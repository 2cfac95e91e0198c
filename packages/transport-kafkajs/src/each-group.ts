import { TransportError } from "@dataqueues/core";

/** A group's error. */
interface GroupError {
  readonly group: string;
  readonly error: TransportError;
}

/** How requests fail whose broker was not reached, or did not answer. */
const lostConnection: ReadonlySet<string> = new Set(["NETWORK_EXCEPTION", "REQUEST_TIMED_OUT"]);

/**
 * Asks about each group by itself, as each has a coordinator of its own: what goes wrong is the result of that group. Rejects
 * only if no coordinator could be reached.
 */
export async function forEachGroup<Result extends { readonly error?: TransportError | undefined }>(
  groups: readonly string[],
  ask: (group: string) => Promise<Result>,
): Promise<(Result | GroupError)[]> {
  const results = await Promise.all(
    groups.map(async (group) => {
      try {
        return await ask(group);
      } catch (error) {
        if (error instanceof TransportError) return { group, error };
        throw error;
      }
    }),
  );
  const [first] = results;
  const isLost = ({ error }: Result | GroupError): boolean => error !== undefined && lostConnection.has(error.code);
  if (first?.error !== undefined && results.every(isLost)) throw first.error;
  return results;
}
