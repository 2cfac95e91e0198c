import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** The command in a process of its own. */
export interface RunningDisplay {
  /** The page's address. */
  readonly url: string;
  readonly process: ChildProcess;
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>;
}

const startMs = 120_000;

/**
 * Starts the command and waits until it says its address.
 *
 * @throws Error when it ends before, or says nothing for two minutes; what it printed is in the message
 */
export async function startDisplay(...args: readonly string[]): Promise<RunningDisplay> {
  const main = join(import.meta.dirname, "main.ts");
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  let printed = "";
  child.stderr.on("data", (text: Buffer) => (printed += text.toString()));
  const lines = createInterface({ input: child.stdout, signal: AbortSignal.timeout(startMs) });
  for await (const line of lines) {
    const url = /^Signal display: (\S+)$/.exec(line)?.[1];
    if (url !== undefined) {
      // Nobody reads what comes later: it must not fill the pipe.
      child.stdout.resume();
      return { url, process: child, kill };
    }
    printed += `${line}\n`;
  }
  await kill();
  throw new Error(`the display did not start: ${printed}`);
}
