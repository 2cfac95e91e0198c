import { execFile } from "node:child_process";

/** What a command printed. */
export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and how long a command runs. */
export interface RunOptions {
  readonly cwd: string;
  /** Milliseconds after which the command is killed: 120,000 by default. */
  readonly timeout?: number;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs a command to its end.
 *
 * @throws Error with everything it printed, if it fails or takes too long.
 */
export function run(
  program: string,
  args: readonly string[],
  { cwd, timeout = 120_000, env = process.env }: RunOptions,
): Promise<Output> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { cwd, timeout, env, maxBuffer: 64 << 20 }, (cause, stdout, stderr) => {
      if (cause === null) resolve({ stdout, stderr });
      else reject(new Error(`${program} ${args.join(" ")} failed in ${cwd}:\n${stdout}${stderr}`, { cause }));
    });
  });
}
