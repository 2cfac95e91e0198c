import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder of a test. */
export interface Folder extends AsyncDisposable {
  path(name: string): string;
}

/** Makes a folder with files, which goes at the end of the test. */
export async function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Folder> {
  const home = await mkdtemp(join(tmpdir(), "dataqueues-cli-"));
  for (const [name, content] of Object.entries(files)) await writeFile(join(home, name), content);
  return {
    path: (name) => join(home, name),
    [Symbol.asyncDispose]: () => rm(home, { recursive: true, force: true }),
  };
}
