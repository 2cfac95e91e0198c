import { DataQueueError } from "@dataqueues/core";

/** The error of a file that is not what its format asks for: it names the file and the place in it. */
export function damaged(name: string, at: number, what: string, cause?: unknown): DataQueueError {
  const reason = cause instanceof Error ? `: ${cause.message}` : "";
  return new DataQueueError(`${name}: damaged at byte ${at}: ${what}${reason}`, { code: "RECORDING_DAMAGED", cause });
}
