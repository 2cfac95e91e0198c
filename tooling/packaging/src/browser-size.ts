import { gzipSync } from "node:zlib";

import { bundle } from "./bundle.ts";

/** What a package weighs in a browser with everything it depends on, in bytes. */
export interface BrowserSize {
  readonly minified: number;
  /** Minified, then gzip at its highest level. */
  readonly compressed: number;
}

/** The size of some exports of a package, such as `{ utf8 }`, or of all of them, `*`. */
export async function browserSize(name: string, exports: string = "*"): Promise<BrowserSize> {
  const { code } = await bundle(`export ${exports} from "${name}"`);
  return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).byteLength };
}
