import { TransportError } from "@dataqueues/core";

import { check } from "./conformance-error.ts";

/** What a promise rejects with; fails when it resolves. */
export async function rejectionOf(what: string, request: () => Promise<unknown>): Promise<unknown> {
  let pending: Promise<unknown>;
  try {
    pending = request();
  } catch (error) {
    check(false, `${what} threw ${String(error)} instead of rejecting`, error);
  }
  return pending.then(
    () => check(false, `${what} resolved`),
    (error: unknown) => error,
  );
}

/** That an error is a TransportError, with this code if one is given. */
export function checkError(what: string, error: unknown, code?: string): void {
  check(error instanceof TransportError, `${what}: ${String(error)} is no TransportError`, error);
  check(code === undefined || error.code === code, `${what}: the error is ${error.code}, not ${code}`, error);
}
