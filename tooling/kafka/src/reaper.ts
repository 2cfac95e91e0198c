import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Keeps the last line that it read, the running processes; at the end of its input it ends them and removes the data. */
const script = `
  while read -r line; do pids=$line; done
  [ -z "$pids" ] || kill -9 $pids
  rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;

/**
 * A shell beside this process that outlives it for a moment: however this process ends, even by SIGKILL, the shell's
 * input ends, and no broker and no data stay behind.
 */
export class Guardian {
  readonly #shell: ChildProcess;
  readonly #pids = new Set<number>();

  /** @param directory what is removed at the end. */
  constructor(directory: string) {
    // Of its own process group, for a Ctrl-C in the terminal is meant for the others.
    this.#shell = spawn("sh", ["-c", script, "guardian", directory], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#shell.unref();
    // Its end is seen in `close`; a write after it has nobody to tell.
    this.#shell.stdin?.on("error", () => undefined);
  }

  /** Guards a process until it ends. */
  guard(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#pids.add(pid);
    this.#tell();
    child.once("exit", () => {
      this.#pids.delete(pid);
      this.#tell();
    });
  }

  /** Ends what still runs, removes the directory, and resolves when both are done. */
  async close(): Promise<void> {
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
    const exited = once(this.#shell, "exit");
    this.#shell.ref();
    this.#shell.stdin?.end();
    await exited;
  }

  #tell(): void {
    this.#shell.stdin?.write(`${[...this.#pids].join(" ")}\n`);
  }
}
