import { gzipSync } from "node:zlib";

import { bundle } from "./bundle.ts";

/** What a package weighs in a browser with everything it depends on, in bytes. */
export interface BrowserSize {
  readonly minified: number;
  /** Minified, then gzip at its highest level. */
  readonly compressed: number;
}

/** The size of all that a package exports. */
export async function browserSize(name: string): Promise<BrowserSize> {
  const { code } = await bundle(`export * from "${name}"`);
  return { minified: Buffer.byteLength(code), compressed: gzipSync(code, { level: 9 }).byteLength };
}
