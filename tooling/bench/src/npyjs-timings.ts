/**
 * Times npyjs on FOLDER/array.npy and prints microseconds as JSON. It runs in a separate process, because code that npyjs
 * loads (cross-fetch) makes other code in the same process take up to twice as long.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import * as npyjs from "npyjs";

import { timeCall } from "./timing.ts";

const { buffer } = new Uint8Array(await readFile(join(process.argv[2] ?? "", "array.npy")));
const { data, shape } = npyjs.parse(buffer);
if (!(data instanceof Float64Array)) throw new Error("npyjs is timed with float64 only");
const works = {
  "npy | encode": () => npyjs.dump(Float64Array.from(data), [...shape]),
  "npy | decode": () => npyjs.parse(buffer),
};
const timings = Object.entries(works).map(([name, work]) => {
  const batch = Math.ceil(100 / timeCall(work, 100));
  return [name, timeCall(work, 20, batch)] as const;
});
console.log(JSON.stringify(Object.fromEntries(timings)));
