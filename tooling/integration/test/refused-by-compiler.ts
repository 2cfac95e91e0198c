import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../../..");

/** What the compiler prints about the TypeScript files of a folder in this package; undefined if it accepts them. */
export async function refusedByCompiler(folder: string): Promise<string | undefined> {
  const config = {
    extends: "../../../tsconfig.tests.json",
    compilerOptions: { rootDir: "../../.." },
    include: ["*.ts"],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  return promisify(execFile)(join(root, "node_modules/.bin/tsc"), ["-p", folder]).then(
    () => undefined,
    (error: { readonly stdout: string }) => error.stdout,
  );
}
