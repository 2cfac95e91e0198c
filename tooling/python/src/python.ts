import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { howToGet, requirements as needs } from "@dataqueues/tooling-machine";

const run = promisify(execFile);
const home = join(import.meta.dirname, "..");
const environment = join(home, ".venv");
const requirements = join(home, "requirements.txt");

/** Long enough for `create_environment.py` to wait for another process that creates the environment first. */
const deadlineMs = 20 * 60_000;

/**
 * The path of the interpreter of the virtual environment, which has the packages of `requirements.txt`. The environment is
 * created on first use (about 20 s) and again whenever the requirements change. Many processes may call this at once.
 *
 * `DATAQUEUES_PYTHON` names the Python that creates it, `python3` by default.
 *
 * @throws Error if there is no Python 3.11 or later, or if its packages cannot be installed.
 */
export async function python(): Promise<string> {
  const base = process.env["DATAQUEUES_PYTHON"] ?? "python3";
  const stamp = createHash("sha256")
    .update(`${base}\n${await readFile(requirements, "utf8")}`)
    .digest("hex");
  const interpreter = join(environment, "bin", "python");
  if ((await readFile(join(environment, "stamp"), "utf8").catch(() => "none yet")) === stamp) return interpreter;
  try {
    await run(base, [join(home, "create_environment.py"), environment, requirements, stamp], { timeout: deadlineMs });
  } catch (cause) {
    throw new Error(`tooling/python could not create its environment: ${reason(base, cause)}`, { cause });
  }
  return interpreter;
}

function reason(base: string, cause: unknown): string {
  const needed = needs.python;
  if (!needed.isThere()) {
    return `"${base}" is not ${needed.name}. To get it: ${howToGet(needed)}; or name another one in DATAQUEUES_PYTHON`;
  }
  if (!(cause instanceof Error)) return String(cause);
  return "stderr" in cause && cause.stderr !== "" ? String(cause.stderr) : cause.message;
}
