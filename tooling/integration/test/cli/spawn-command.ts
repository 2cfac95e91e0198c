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

/** Runs the command `dataqueues` as a process of its own, from its source. */
export async function spawnCommand(
  args: readonly string[],
  { host, stdin = "" }: { readonly host: string; readonly stdin?: string | Uint8Array },
): Promise<SpawnedCommand> {
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", main, ...args], {
    env: { ...process.env, DATAQUEUES_KAFKA: host },
    signal: AbortSignal.timeout(100_000),
    killSignal: "SIGKILL",
  });
  child.stdin.on("error", () => undefined).end(stdin);
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [code, out, err] = await Promise.all([ended, buffer(child.stdout), text(child.stderr)]);
  return { code, out, err };
}
