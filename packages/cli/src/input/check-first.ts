import { SchemaError } from "@dataqueues/core";

import { errorMessage } from "../print/error-message.ts";
import { countOf } from "../print/quantities.ts";
import { safeText } from "../print/safe-text.ts";
import type { Output } from "../terminal/output.ts";
import type { CheckMessage } from "./check-message.ts";
import type { FileForm } from "./file-form.ts";
import { readMessages } from "./read-messages.ts";
import type { ReadOptions } from "./read-messages.ts";
import { isFile } from "./source.ts";
import type { Source } from "./source.ts";

/** A source, what it is, and the check of its messages. */
export interface Input {
  readonly source: Source;
  readonly form: FileForm;
  readonly check: CheckMessage;
}

/** More messages that cannot be sent are counted, not listed. */
const mostListed = 20;

/** What is checked before anything is sent. */
export interface CheckFirstOptions {
  /** With a schema all files are checked; without one, those that are no lines, as there may be very many of them. */
  readonly hasSchema: boolean;
  readonly read: (input: Input) => ReadOptions;
}

/**
 * Reads and checks all messages that can be read again, before the first is sent. What comes from pipes is checked as it comes.
 *
 * @throws Error if messages cannot be sent; what is wrong with each was written to `stderr`
 */
export async function checkFirst(
  inputs: readonly Input[],
  { hasSchema, read }: CheckFirstOptions,
  stderr: Output,
): Promise<void> {
  let checked = 0;
  let refused = 0;
  for (const input of inputs) {
    if (!isFile(input.source) || !(hasSchema || input.form.split !== "lines")) continue;
    for await (const message of readMessages(input.source, read(input))) {
      checked += 1;
      try {
        await input.check(message);
      } catch (error) {
        refused += 1;
        if (refused <= mostListed) await stderr.write(linesOf(error));
      }
    }
  }
  if (refused > 0) {
    throw new Error(`${refused} of ${countOf(checked, "message")} cannot be sent; nothing was sent`);
  }
}

/** The lines of an error; all issues, if there are any. */
function linesOf(error: unknown): string {
  const message = errorMessage(error);
  const cause = error instanceof Error ? error.cause : undefined;
  const lines = cause instanceof SchemaError ? message.split("\n") : [message];
  return lines.map((line) => `${safeText(line)}\n`).join("");
}
