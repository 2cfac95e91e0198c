import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

import { packAll } from "./tarballs.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The folder with a tarball of every published package. */
    tarballs: string;
  }
}

/** Packs every package once for all test files. */
export async function setup({ provide }: Pick<TestProject, "provide">): Promise<() => void> {
  const tarballs = mkdtempSync(join(tmpdir(), "dataqueues-tarballs-"));
  await packAll(tarballs);
  provide("tarballs", tarballs);
  return () => rmSync(tarballs, { recursive: true, force: true });
}
