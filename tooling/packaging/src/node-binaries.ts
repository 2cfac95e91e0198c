import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { root } from "./repository.ts";

/** A Node to try packages on. */
export interface NodeBinary {
  /** As Node says it: "v20.19.0". */
  readonly version: string;
  readonly path: string;
}

/**
 * The lowest and the highest supported Node. npm has them for Linux on x64; on other machines the running Node takes their
 * place, as its version shows.
 */
export function nodeBinaries(): NodeBinary[] {
  const installed = ["node-lowest", "node-highest"]
    .map((name) => join(root, "tooling/packaging/node_modules", name, "bin/node"))
    .filter((path) => existsSync(path));
  const paths = installed.length > 0 ? installed : [process.execPath];
  return paths.map((path) => ({ path, version: execFileSync(path, ["--version"], { encoding: "utf8" }).trim() }));
}
