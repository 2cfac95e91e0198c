import { once } from "node:events";
import { createInterface } from "node:readline";

import { UsageError } from "../usage-error.ts";
import type { Terminal } from "./terminal.ts";

/** What a person is asked. */
export interface Question {
  readonly question: string;
  /** What is so after a no: `nothing was deleted`. */
  readonly otherwise: string;
  /** What to write where nobody can be asked: `add --yes to delete pointing`. */
  readonly advice: string;
}

/**
 * Asks a person for a yes before something that cannot be undone. An empty answer, or none, is a no.
 *
 * @throws UsageError where no person is at the terminal, and an Error after a no
 */
export async function confirm(terminal: Terminal, { question, otherwise, advice }: Question): Promise<void> {
  const { stdin, stderr, signal } = terminal;
  if (stdin.isTTY !== true) throw new UsageError(`${otherwise}, as nobody can be asked here: ${advice}`);
  await stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  try {
    const [answer = ""] = await Promise.race([once(lines, "line", { signal }), once(lines, "close", { signal })]);
    if (!/^\s*y(es)?\s*$/i.test(String(answer))) throw new Error(otherwise);
  } finally {
    lines.close();
  }
}
