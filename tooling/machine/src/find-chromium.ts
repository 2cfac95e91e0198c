import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome"];
const ofMacOS = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** Where a Chromium or Google Chrome is that runs: on the PATH, or among the applications of macOS. */
export function findChromium(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const candidates = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  // Ubuntu's chromium-browser is a script that only tells of another package.
  return [...candidates, ofMacOS].find((path) => spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0);
}
