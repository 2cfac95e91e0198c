import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { build } from "esbuild";
import type { Plugin } from "esbuild";

/** A file of the page, as a browser gets it. */
export interface DisplayFile {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Has index.html, which loads start.js, page.js and page.css. */
const page = join(import.meta.dirname, "page");

const types: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
};

/** Leaves out Kafka's transport, which the package `dataqueues` has beside the codec of JSON: the Worker uses nothing of it. */
const withoutKafka: Plugin = {
  name: "without-kafka",
  setup(build) {
    const filter = /^@dataqueues\/transport-kafkajs$/;
    build.onResolve({ filter }, ({ path }) => ({ path, external: true, sideEffects: false }));
  },
};

/**
 * Bundles the page and its Worker.
 *
 * @returns files by their path: `/`, `/start.js`, `/page.js`, `/page.css`, `/worker.js`, and parts that are loaded later
 */
export async function displayFiles(): Promise<ReadonlyMap<string, DisplayFile>> {
  const { outputFiles } = await build({
    entryPoints: {
      start: join(page, "start.ts"),
      page: join(page, "main.ts"),
      worker: join(import.meta.dirname, "worker", "main.ts"),
    },
    bundle: true,
    conditions: ["@dataqueues/source"],
    plugins: [withoutKafka],
    format: "esm",
    minify: true,
    outdir: "/",
    // What the Worker imports later is in files of its own.
    splitting: true,
    target: "es2022",
    write: false,
  });
  const files = new Map<string, DisplayFile>();
  const html = await readFile(join(page, "index.html"));
  files.set("/", { type: types["html"] ?? "", body: html });
  for (const { path, contents } of outputFiles) {
    const name = path.slice(path.lastIndexOf("/") + 1);
    files.set(`/${name}`, { type: types[name.slice(name.lastIndexOf(".") + 1)] ?? "", body: contents });
  }
  return files;
}
