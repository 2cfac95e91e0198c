import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** A command of a page's `console` block, and what the page says that it prints. */
export interface ConsoleCommand {
  readonly line: string;
  readonly printed: readonly string[];
}

/** Where the commands of a page run. */
export interface ConsoleSessionOptions {
  /** The folder that they begin in; programs for them are put beside it. */
  readonly folder: string;
  /** Programs by their names: the words of a shell that run each. */
  readonly programs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

/** What a gateway prints when it serves. */
const lastLineOfGateway = "Ctrl-C ends it.\n";

/** The `console` blocks of a page: lines that begin with `$ ` are commands, those below them what they print. */
export function consoleBlocks(page: string): ConsoleCommand[][] {
  return Array.from(page.matchAll(/^```console\n(.*?)^```$/gms), ([, block = ""]) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [line = "", ...printed] = text.trimEnd().split("\n");
        return { line, printed };
      }),
  );
}

/** Runs commands of a page one after another, as a person does in one folder. */
export class ConsoleSession implements AsyncDisposable {
  readonly #options: ConsoleSessionOptions;
  readonly #env: NodeJS.ProcessEnv;
  /** Commands that end with `&`. */
  readonly #running: ChildProcess[] = [];

  private constructor(options: ConsoleSessionOptions, programs: string) {
    this.#options = options;
    this.#env = { ...process.env, ...options.env, PATH: `${programs}${delimiter}${process.env["PATH"]}` };
  }

  static async start(options: ConsoleSessionOptions): Promise<ConsoleSession> {
    const programs = `${options.folder}-programs`;
    await mkdir(programs);
    for (const [name, words] of Object.entries(options.programs)) {
      await writeFile(join(programs, name), `#!/bin/sh\nexec ${words} "$@"\n`);
      await chmod(join(programs, name), 0o755);
    }
    return new ConsoleSession(options, programs);
  }

  /** Runs a command, and gives the lines that it printed. One that ends with `&` goes on; its lines are those that it begins with. */
  async run(line: string): Promise<string[]> {
    const isBackground = line.endsWith(" &");
    const command = isBackground ? `exec ${line.slice(0, -2)}` : line;
    // Without --norc, bash may take the pipe for a login from afar, and reads the settings of the person.
    const child = spawn("bash", ["--norc", "-c", `exec 2>&1\n${command}`], {
      cwd: this.#options.folder,
      env: this.#env,
    });
    let output = "";
    const ended = once(child, "close");
    const ready = new Promise<void>((resolve) => {
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (isBackground && output.endsWith(lastLineOfGateway)) resolve();
      });
    });
    if (isBackground) this.#running.push(child);
    await Promise.race([ended, ready]);
    return output === "" ? [] : output.trimEnd().split("\n");
  }

  /** Ends what still runs, as Ctrl-C does. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#running) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGINT");
      await ended;
    }
  }
}
