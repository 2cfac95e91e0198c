import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A program of these benchmarks in a process of its own. */
export interface StartedProgram extends AsyncDisposable {
  readonly pid: number;
  /** The port that it printed. */
  readonly port: number;
}

/** Starts a program of this folder, given by its path, and waits until it prints its port. */
export async function startProgram(path: string, args: readonly string[] = []): Promise<StartedProgram> {
  const script = join(import.meta.dirname, "..", path);
  const child = spawn(process.execPath, ["--conditions=@dataqueues/source", script, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [line] = await Promise.race([once(createInterface(child.stdout), "line"), exited]);
  if (child.exitCode !== null) throw new Error(`${path} ended before it listened`);
  return {
    pid: child.pid ?? 0,
    port: Number(line),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
