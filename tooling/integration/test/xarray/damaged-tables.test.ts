import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FormatError } from "@dataqueues/arrays";
import { fromTable } from "@dataqueues/codec-arrow";
import { tableFromIPC } from "apache-arrow";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";
import { expect, test } from "vitest";

const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);
const directory = join(import.meta.dirname, "../../../../packages/codec-arrow/test/vectors/tables");
const edgeCases = [0, 1, 0x7f, 0xff, 0x7fffffff, 0x80000000, 0xffffffff];

test.for(["polars", "polars-oldest", "pyarrow-text", "pyarrow-batches", "pandas-text"])(
  `a Table of %s whose buffers are damaged is a usable Dataset or an error with a code (DATAQUEUES_SEED=${seed})`,
  (name) => {
    const generator = mersenne(seed);
    const below = (limit: number): number => uniformInt(generator, 0, limit - 1);
    const bytes = readFileSync(join(directory, `${name}.arrow`));
    const codes: Record<string, number> = {};
    for (let count = 0; count < 500; count++) {
      // The Table's buffers are views of these bytes, and its schema was read from them before.
      const damaged = new Uint8Array(bytes);
      const table = tableFromIPC(damaged);
      const view = new DataView(damaged.buffer);
      for (let changes = 1 + below(8); changes > 0; changes--) {
        const place = 4 * below(damaged.length >> 2);
        view.setUint32(place, below(2) === 0 ? (edgeCases[below(edgeCases.length)] ?? 0) : below(64), true);
      }
      let code = "valid";
      try {
        const dataset = fromTable(table, { maxTextBytes: 2 ** 20 });
        for (const { data } of Object.values(dataset.dataVars)) expect([...data]).toHaveLength(table.numRows);
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        code = error.code;
      }
      codes[code] = (codes[code] ?? 0) + 1;
    }
    expect(codes["size-mismatch"]).toBeGreaterThan(10);
    expect(codes["valid"]).toBeGreaterThan(10);
  },
);
