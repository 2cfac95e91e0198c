import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { installPacked } from "./install-packed.ts";

/**
 * An empty project with the named packages installed from the tarballs.
 *
 * @returns Its folder, a temporary one.
 */
export async function emptyProject(tarballs: string, names: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "dataqueues-install-"));
  const dependencies = Object.fromEntries(names.map((name) => [name, "latest"]));
  await installPacked(folder, { type: "module", dependencies }, tarballs);
  return folder;
}
