import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";

const exec = promisify(execFile);
let folder: string;

/** What bash has after the Tab key at the end of a line, by the script that `completion bash` prints. */
async function completed(line: string): Promise<string[]> {
  const script = `
    source "${folder}/completion.bash"
    COMP_LINE="$LINE"; COMP_POINT=\${#COMP_LINE}
    _dataqueues
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await exec("bash", ["--norc", "-c", script], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}`, LINE: line, XDG_CONFIG_HOME: folder },
  });
  return stdout.trim().split("\n");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dataqueues-bash-"));
  const main = join(import.meta.dirname, "../../src/main.ts");
  const command = join(folder, "dataqueues");
  await writeFile(command, `#!/bin/sh\nexec "${process.execPath}" --conditions=@dataqueues/source "${main}" "$@"\n`);
  await chmod(command, 0o755);
  const terminal = fakeTerminal();
  await run(["completion", "bash"], terminal);
  await writeFile(join(folder, "completion.bash"), terminal.out());
});
afterAll(() => rm(folder, { recursive: true }));

test("bash completes the command by our function", async () => {
  const { stdout } = await exec("bash", ["--norc", "-c", `source "${folder}/completion.bash"; complete -p dataqueues`]);
  expect(stdout).toBe("complete -o bashdefault -o default -F _dataqueues dataqueues\n");
});

test("bash completes commands, options, and topics of the host that the line names", async () => {
  expect(await completed("dataqueues repl")).toEqual(["replay"]);
  expect(await completed("dataqueues send --sche")).toEqual(["--schema"]);
  expect(await completed("dataqueues --host memory: send pointing-")).toEqual(["pointing-offsets", "pointing-table"]);
});

test("bash gets only what is after a colon or an equals sign, where it ends words", async () => {
  expect(await completed("dataqueues --host localhost:")).toEqual(["9092"]);
  expect(await completed("dataqueues send log --codec=np")).toEqual(["npy"]);
});

test("where nothing is known bash is left alone, to complete files", async () => {
  expect(await completed("dataqueues send log --codec npy ")).toEqual([""]);
});

test("a shell that has no script is an error that names those that have one", async () => {
  const terminal = fakeTerminal();
  expect(await run(["completion", "csh"], terminal)).toBe(2);
  expect(terminal.err()).toContain("Allowed choices are bash, zsh, fish.");
});
