import { execFileSync } from "node:child_process";

import { howToGet, mayInstall, thisMachine } from "./how-to-get.ts";
import type { Machine } from "./how-to-get.ts";
import { missingOf, requirements } from "./requirements.ts";
import type { Requirement } from "./requirements.ts";

/** Runs `apt-get` with these arguments; throws if it fails. */
export type AptGet = (...args: string[]) => void;

/**
 * On Debian and Ubuntu, as root, installs the programs that are missing, and says so.
 *
 * @returns A sentence for each program that is still missing: what cannot be tested without it, and how to get it.
 */
export function prepare(
  needed: readonly Requirement[] = Object.values(requirements),
  machine: Machine = thisMachine(),
  aptGet: AptGet = realAptGet,
): string[] {
  const missing = missingOf(needed);
  if (missing.length > 0 && mayInstall(machine)) {
    console.log(`Installing what the tests need: ${missing.map(({ name }) => name).join(", ")}`);
    // If this fails, the lists of packages that are there may still do.
    attempt(() => aptGet("update"));
    for (const { debian } of missing) {
      debian.some((packages) => attempt(() => aptGet("install", "-y", "--no-install-recommends", ...packages)));
    }
  }
  const told = missingOf(missing).map(
    (each) => `${each.name} is missing, so ${each.of} cannot be tested. To get it: ${howToGet(each, machine)}`,
  );
  if (machine.platform === "win32") told.unshift("The whole gate was never run on Windows itself: run it in WSL.");
  return told;
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    console.warn(error instanceof Error ? error.message : error);
    return false;
  }
}

const realAptGet: AptGet = (...args) => {
  // The timeout waits for another apt-get, such as the daily one of Ubuntu.
  execFileSync("apt-get", ["-qq", "-o", "DPkg::Lock::Timeout=120", ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    timeout: 600_000,
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
};
