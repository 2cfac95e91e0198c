import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

/** A program that tests need. */
export interface Requirement {
  readonly name: string;
  /** What cannot be tested without it. */
  readonly of: string;
  isThere(): boolean;
  /** What to install on Debian and Ubuntu: the first of these sets of packages that is available. */
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

/** Where a Chromium or Google Chrome is that starts: on the PATH, or among the applications of macOS. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  const ofMacOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";
  // Ubuntu's chromium-browser is a script that only points to another package.
  return [...candidates, ofMacOS].find((path) => spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0);
}

/** What this machine lacks. */
export function missingOf(needed: readonly Requirement[]): Requirement[] {
  return needed.filter((each) => !each.isThere());
}

/** On Debian `ensurepip`, which virtual environments need, is a package of its own. */
const pythonCheck = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))";

/** Java's major version, or 0 if there is none. Java 8 says `1.8`, so it counts as 1: too old as well. */
function javaVersion(): number {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
}

function succeeds(program: string, args: readonly string[]): boolean {
  // On Windows `mvn` is a batch file, which only a shell can run.
  const shell = process.platform === "win32" && program === "mvn";
  return spawnSync(program, args, { stdio: "ignore", shell }).status === 0;
}
