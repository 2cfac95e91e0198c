import { spawn } from "node:child_process";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";

const main = join(import.meta.dirname, "../../../../packages/cli/src/main.ts");

/** What a command has done. */
export interface SpawnedCommand {
  readonly code: number | null;
  readonly out: Uint8Array;
  readonly err: string;
}

/** Runs the command `dataqueues` as a process of its own that has these variables, from its source. Nothing is piped in. */
export async function spawnCommand(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<SpawnedCommand> {
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args], {
    env,
    signal: AbortSignal.timeout(100_000),
    killSignal: "SIGKILL",
  });
  child.stdin.on("error", () => undefined).end();
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, out, err] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  return { code, out, err };
}
