import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { UsageError } from "../usage-error.ts";

/** What a module exports, and the export that was asked for. */
export interface LoadedModule {
  /** As it was written, without the export: for errors. */
  readonly name: string;
  readonly exports: ReadonlyMap<string, unknown>;
  /** The export that was asked for with `#name`. */
  readonly wanted: string | undefined;
}

/**
 * Loads a module by what a person wrote: a path (`./mine.js`, `/opt/mine.ts#Weather`) or a package (`dataqueues-codec-carray`) that is
 * installed where the command runs, or beside this one.
 *
 * @param what - what it was to be, for errors: `codec`
 * @throws UsageError that says why it cannot be loaded
 */
export async function loadModule(text: string, what: string): Promise<LoadedModule> {
  const [name = "", wanted] = text.split(/#(?=[^#]*$)/, 2);
  const exports = isPath(name) ? await importFile(name, what) : await importPackage(name, what);
  return { name, wanted, exports: new Map(Object.entries(exports).toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

/** Whether a name is one of a file: packages have neither a leading dot or slash, nor the ending of a file that is here. */
export function isPath(name: string): boolean {
  return /^(?:\.{0,2}[/\\]|[a-zA-Z]:[/\\])/.test(name) || (/\.[cm]?[jt]s$/.test(name) && existsSync(name));
}

async function importFile(name: string, what: string): Promise<object> {
  const file = resolve(name);
  if (!existsSync(file)) throw new UsageError(`the ${what} ${name} is not there: no file ${file}`);
  try {
    return await importUrl(pathToFileURL(file).href);
  } catch (cause) {
    const isTyped = /^\.[cm]?ts$/.test(extname(file)) && codeOf(cause) === "ERR_UNKNOWN_FILE_EXTENSION";
    const advice = isTyped ? "; Node reads TypeScript from 22.18 on: use that, or compile it first" : "";
    throw new UsageError(`the ${what} ${name} cannot be loaded: ${firstLine(cause)}${advice}`, { cause });
  }
}

async function importPackage(name: string, what: string): Promise<object> {
  const entry = /^(?:@[\w.~-]+\/)?[\w.~-]+(?:\/[\w./~-]+)?$/.test(name) ? await findPackage(name) : undefined;
  try {
    return await importUrl(entry ?? name);
  } catch (cause) {
    if (entry === undefined && ["ERR_MODULE_NOT_FOUND", "ERR_INVALID_MODULE_SPECIFIER"].includes(codeOf(cause))) {
      throw new UsageError(
        `no ${what} is called ${name}, and no package of that name is installed here; a file is written with its path: ./${name}`,
        { cause },
      );
    }
    throw new UsageError(`the ${what} ${name} cannot be loaded: ${firstLine(cause)}`, { cause });
  }
}

/** Node's `import`, without the types of what is loaded. */
async function importUrl(url: string): Promise<object> {
  const loaded: unknown = await import(url);
  return Object(loaded);
}

/** The URL of a package that is installed in the current directory or above it, if there is one. */
async function findPackage(name: string): Promise<string | undefined> {
  const require = createRequire(join(process.cwd(), "index.js"));
  try {
    return pathToFileURL(require.resolve(name)).href;
  } catch (error) {
    // `require` does not see what a package exports for `import` alone.
    if (codeOf(error) !== "ERR_PACKAGE_PATH_NOT_EXPORTED") return undefined;
  }
  for (const folder of require.resolve.paths(name) ?? []) {
    const home = join(folder, name);
    const text = await readFile(join(home, "package.json"), "utf8").catch(() => undefined);
    const description: unknown = text === undefined ? undefined : JSON.parse(text);
    const main = entryOf(Reflect.get(Object(description), "exports"));
    if (main !== undefined) return pathToFileURL(join(home, main)).href;
  }
  return undefined;
}

/** The file that `exports` of a package.json has for `import` of the package itself (https://nodejs.org/api/packages.html). */
function entryOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const entries: [string, unknown][] = Object.entries(exports);
  const found = entries.find(([key]) => [".", "import", "node", "default"].includes(key));
  return found === undefined ? undefined : entryOf(found[1]);
}

function codeOf(error: unknown): string {
  return String(Reflect.get(Object(error), "code"));
}

function firstLine(error: unknown): string {
  const [line = ""] = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n");
  return line;
}
