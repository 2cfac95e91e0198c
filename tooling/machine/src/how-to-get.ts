import { existsSync } from "node:fs";

import type { Requirement } from "./requirements.ts";

/** What decides how a program is installed. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Debian, Ubuntu or a system based on them. */
  readonly hasApt: boolean;
  readonly isRoot: boolean;
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  const { platform } = process;
  return { platform, hasApt: platform === "linux" && existsSync("/usr/bin/apt-get"), isRoot: process.getuid?.() === 0 };
}

/** Whether missing programs are installed without asking. */
export function mayInstall({ hasApt, isRoot }: Pick<Machine, "hasApt" | "isRoot">): boolean {
  return hasApt && isRoot;
}

/** How to install it by hand, as a command where there is one. */
export function howToGet({ name, debian, homebrew }: Requirement, machine: Machine = thisMachine()): string {
  if (machine.hasApt) {
    const [first, ...others] = debian.map((packages) => packages.join(" "));
    const otherwise = others.map((each) => ` (or ${each})`).join("");
    return `${machine.isRoot ? "" : "sudo "}apt-get install ${first}${otherwise}`;
  }
  if (machine.platform === "darwin") return `brew install ${homebrew}`;
  if (machine.platform === "win32") return `install ${name} in WSL, and run the tests there`;
  return `install ${name} with the packages of this system, so that it is on the PATH`;
}
