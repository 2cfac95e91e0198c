import type { Readable } from "node:stream";
import type { Transport } from "@dataqueues/core";

import type { Output } from "./output.ts";

/** What a command has of the world around it. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  /** What was asked for, and nothing else. */
  readonly stdout: Output;
  /** Progress, remarks and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and by SIGTERM, and when nobody reads the output any more. */
  readonly signal: AbortSignal;
  /** In the place of the host that options and environment name: for programs that call commands. */
  readonly transport?: Transport | undefined;
}
