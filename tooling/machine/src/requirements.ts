import { spawnSync } from "node:child_process";

import { findChromium } from "./find-chromium.ts";

/** A program that tests need. */
export interface Requirement {
  readonly name: string;
  /** What cannot be tested without it. */
  readonly of: string;
  isThere(): boolean;
  /** What to install on Debian and Ubuntu: the first of these sets of packages that can be had. */
  readonly debian: readonly (readonly [string, ...string[]])[];
  /** What to install with Homebrew on macOS. */
  readonly homebrew: string;
}

/** Everything that the whole gate needs. */
export const requirements = {
  java: {
    name: "Java 17 or later",
    of: "Apache Kafka",
    isThere: () => javaVersion() >= 17,
    // The default of Ubuntu 22.04 is 11, and Debian 13 has no 17.
    debian: [["openjdk-17-jre-headless"], ["default-jre-headless"]],
    homebrew: "--cask temurin@17",
  },
  maven: {
    name: "Maven",
    of: "Apache Kafka",
    isThere: () => succeeds("mvn", ["-v"]),
    debian: [["maven"]],
    homebrew: "maven",
  },
  python: {
    name: "Python 3.11 or later with its venv module",
    of: "the Python counterpart",
    isThere: () => succeeds(process.env["DATAQUEUES_PYTHON"] ?? "python3", ["-c", pythonCheck]),
    debian: [["python3", "python3-venv"]],
    homebrew: "python@3.13",
  },
  chromium: {
    name: "Chromium (on Ubuntu Google Chrome)",
    of: "the browser",
    isThere: () => findChromium() !== undefined,
    debian: [["chromium"]],
    homebrew: "--cask google-chrome",
  },
} as const satisfies Readonly<Record<string, Requirement>>;

/** Those that this machine lacks. */
export function missingOf(needed: readonly Requirement[]): Requirement[] {
  return needed.filter((each) => !each.isThere());
}

/** Debian keeps `ensurepip`, which fills a virtual environment, in a package of its own. */
const pythonCheck = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/** The major version; 8 and older say `1.8`, which is too old as well. */
function javaVersion(): number {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
}

function succeeds(program: string, args: readonly string[]): boolean {
  // On Windows `mvn` is a batch file, which only a shell can run.
  const shell = process.platform === "win32" && program === "mvn";
  return spawnSync(program, args, { stdio: "ignore", shell }).status === 0;
}
