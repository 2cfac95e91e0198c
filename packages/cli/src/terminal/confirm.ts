import { once } from "node:events";
import { createInterface } from "node:readline";

import { UsageError } from "../usage-error.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks a person for a yes before something that cannot be undone. An empty answer, or none, is a no.
 *
 * @param question - without the question mark's `[y/N]`
 * @param refusal - what to say where no person can be asked
 * @throws UsageError where no person is at the terminal
 */
export async function confirm(terminal: Terminal, question: string, refusal: string): Promise<boolean> {
  const { stdin, stderr, signal } = terminal;
  if (stdin.isTTY !== true) throw new UsageError(refusal);
  await stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: stdin });
  try {
    const [answer = ""] = await Promise.race([once(lines, "line", { signal }), once(lines, "close", { signal })]);
    return /^\s*y(es)?\s*$/i.test(String(answer));
  } finally {
    lines.close();
  }
}
