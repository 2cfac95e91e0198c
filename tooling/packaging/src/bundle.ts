import { build } from "esbuild";
import type { BuildOptions, Plugin } from "esbuild";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { publishedPackages, root } from "./repository.ts";

/** A program as a browser loads it. */
export interface Bundle {
  readonly code: string;
  /** The files it is made of, relative to the repository. */
  readonly inputs: readonly string[];
}

/** What code weighs in a browser, in bytes. */
export interface BrowserSize {
  readonly minified: number;
  /** Minified, then gzip at its highest level. */
  readonly compressed: number;
}

/**
 * Bundles `source` for browsers without polyfills: an import of `node:` or of a missing module is an error. Our packages
 * are taken as built.
 *
 * @param source TypeScript; it may import every package of this repository.
 */
export async function bundle(source: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({ ...optionsFor(source), write: false, metafile: true });
  return { code: outputFiles.map((file) => file.text).join(""), inputs: Object.keys(metafile.inputs) };
}

/** The size of `source`, bundled with everything that it imports. What is loaded only when it is needed does not count. */
export async function browserSize(source: string): Promise<BrowserSize> {
  const leaveOutLater: Plugin = {
    name: "leave out what is loaded later",
    setup: (build) => {
      build.onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === "dynamic-import" ? { path, external: true } : undefined,
      );
    },
  };
  const { outputFiles } = await build({ ...optionsFor(source), plugins: [leaveOutLater], write: false });
  const code = outputFiles.map((file) => file.text).join("");
  return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).byteLength };
}

function optionsFor(source: string): BuildOptions {
  return {
    stdin: { contents: source, loader: "ts", resolveDir: `${root}tooling/packaging` },
    absWorkingDir: root,
    alias: Object.fromEntries(publishedPackages().map(({ name, folder }) => [name, join(folder, "dist/index.js")])),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  };
}
