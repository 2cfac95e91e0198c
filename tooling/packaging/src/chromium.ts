import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Where Chromium is. On a Debian or Ubuntu without it, where we may, it is installed.
 *
 * @returns `undefined`, after saying why, when there is none to be had.
 */
export function chromium(): string | undefined {
  const found = onPath();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0) {
    console.warn("No Chromium on the PATH, and no right to install it: its tests are skipped. Debian: chromium");
    return undefined;
  }
  try {
    const options = {
      stdio: "ignore",
      timeout: 300_000,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    } as const;
    execFileSync("apt-get", ["update"], options);
    execFileSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], options);
  } catch (error) {
    console.warn("No Chromium on the PATH, and apt-get could not install it: its tests are skipped.", error);
  }
  return onPath();
}

function onPath(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome"];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
