import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const template = join(import.meta.dirname, "../template");

/**
 * Makes the package `codec-<name>` from the template: its folder in `packages`, a changeset, and its line in tsconfig.json.
 *
 * @param name of the format, such as `carray` or `msgpack-numpy`.
 * @throws Error when the name is not one for a package, or taken.
 */
export function newCodec(root: string, name: string): void {
  if (!/^[a-z][a-z\d]*(-[a-z\d]+)*$/.test(name)) {
    throw new Error(
      `"${name}" is not a name for a codec: use small letters, digits and hyphens, such as msgpack-numpy`,
    );
  }
  const folder = join(root, "packages", `codec-${name}`);
  if (existsSync(folder)) throw new Error(`packages/codec-${name} exists already`);

  const identifier = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const fillIn = (text: string): string => text.replaceAll("my-format", name).replaceAll("myFormat", identifier);
  for (const path of readdirSync(template, { recursive: true, encoding: "utf8" })) {
    if (!/\.\w+$/.test(path)) continue;
    const target =
      path === "changeset.md" ? `.changeset/codec-${name}-first.md` : join("packages", `codec-${name}`, path);
    const file = join(root, fillIn(target));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, fillIn(readFileSync(join(template, path), "utf8")));
  }
  copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
  // `tsc -b` builds what is named here.
  const references = readdirSync(join(root, "packages")).map((each) => ({ path: `packages/${each}` }));
  writeFileSync(join(root, "tsconfig.json"), `${JSON.stringify({ files: [], references }, null, 2)}\n`);
}
