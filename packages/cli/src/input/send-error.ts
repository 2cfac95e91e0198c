import { DataQueueError, UnsupportedError } from "@dataqueues/core";

import { PartlyDone } from "../partly-done.ts";
import { errorMessage } from "../print/error-message.ts";
import type { MessageSender } from "./message-sender.ts";

/** What to do about a host that can only be read. */
export const writableHint = "send needs a host that lets you write";

/**
 * The error with which a command that sends ends; undefined if all was acknowledged. It says where in the input to go on.
 *
 * @param failure - what reading the input has thrown, if anything
 * @param signal - aborted by Ctrl-C
 */
export function failureOf(
  topic: string,
  { acknowledged, failure: sending }: MessageSender,
  failure: unknown,
  signal: AbortSignal,
): unknown {
  if (signal.aborted) return signal.reason;
  if (sending === undefined) {
    if (failure === undefined) return undefined;
    if (acknowledged.records === 0) return withEnd(failure, "nothing was sent");
    return partly(failure, "all before it was acknowledged");
  }
  const { before, error, place } = sending;
  const cause = new Error(`${place}: ${reasonOf(error, topic)}`, { cause: error });
  const after = acknowledged.records - before;
  if (acknowledged.records === 0) return withEnd(cause, "nothing was acknowledged");
  if (before === 0) return partly(cause, `${after} after it were acknowledged`);
  return partly(cause, `all before it was acknowledged${after === 0 ? "" : `, and ${after} after it`}`);
}

function partly(cause: unknown, end: string): PartlyDone {
  return new PartlyDone(`${messageOf(cause)}; ${end}`, { cause });
}

function withEnd(cause: unknown, end: string): Error {
  return new Error(`${messageOf(cause)}; ${end}`, { cause });
}

/** In one line, also where a schema has a list of issues. */
function messageOf(error: unknown): string {
  const message = errorMessage(error);
  return message.replace("\n * ", ": ").replaceAll("\n * ", "; ");
}

/** What core says, with what to do at a terminal. */
function reasonOf(error: unknown, topic: string): string {
  const message = messageOf(error);
  if (!(error instanceof DataQueueError)) return message;
  if (error instanceof UnsupportedError) return `${message}; ${writableHint}`;
  if (error.code === "UNKNOWN_TOPIC_OR_PARTITION") {
    return error.partition === undefined
      ? `${message.replace(/; create it with .*$/, "")}; create it: dataqueues create ${topic}`
      : message;
  }
  if (error.code === "RECORD_TOO_LARGE" || error.code === "MESSAGE_TOO_LARGE") {
    const withoutHint = message.replace(/; send less at a time.*$/, "");
    return `${withoutHint}: send it in pieces, or raise --max-message-bytes and the topic's max.message.bytes`;
  }
  return message;
}
