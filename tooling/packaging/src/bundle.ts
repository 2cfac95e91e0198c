import { build } from "esbuild";

import { root } from "./root.ts";

/** A program as a browser loads it. */
export interface Bundle {
  readonly code: string;
  /** The files it is made of, relative to the repository. */
  readonly inputs: readonly string[];
}

/**
 * Bundles `source` for browsers with no polyfill: a `node:` import or a missing one is an error.
 *
 * @param source TypeScript with imports of packages.
 */
export async function bundle(source: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, loader: "ts", resolveDir: `${root}tooling/packaging` },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "silent",
  });
  return { code: outputFiles.map((file) => file.text).join(""), inputs: Object.keys(metafile.inputs) };
}
