import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";

/** Remembers the last line that it read: the running processes. At the end of its input it kills them and removes the data. */
const script = `
  while read -r line; do pids=$line; done
  [ -z "$pids" ] || kill -9 $pids
  rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;

/**
 * A shell that outlives this process for a moment and cleans up after it. However this process ends, even by SIGKILL,
 * the shell's input ends then, and the shell kills the brokers and removes their data.
 */
export class Reaper {
  readonly #shell: ChildProcess;
  readonly #pids = new Set<number>();

  /** @param directory what is removed at the end. */
  constructor(directory: string) {
    // In a process group of its own, so that Ctrl-C in the terminal does not end it.
    this.#shell = spawn("sh", ["-c", script, "reaper", directory], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    this.#shell.unref();
    // `close` waits for the shell to exit. A write after that may fail and needs no report.
    this.#shell.stdin?.on("error", () => undefined);
  }

  /** Watches a process until it ends. */
  watch(child: ChildProcess): void {
    const { pid } = child;
    if (pid === undefined) return;
    this.#pids.add(pid);
    this.#writePids();
    child.once("exit", () => {
      this.#pids.delete(pid);
      this.#writePids();
    });
  }

  /** Kills what still runs, removes the directory, and resolves when both are done. */
  async close(): Promise<void> {
    if (this.#shell.exitCode !== null || this.#shell.signalCode !== null) return;
    const exited = once(this.#shell, "exit");
    this.#shell.ref();
    this.#shell.stdin?.end();
    await exited;
  }

  #writePids(): void {
    this.#shell.stdin?.write(`${[...this.#pids].join(" ")}\n`);
  }
}
