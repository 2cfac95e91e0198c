import type { Codec } from "@dataqueues/core";

import { UsageError } from "../usage-error.ts";

/** A codec by its Python name (`npy`, `msgpack_numpy`, …) or as a module that has one (`./mine.js`, `dataqueues-codec-carray`). */
export async function findCodec(name: string): Promise<Codec> {
  throw new UsageError(`no codec is called ${name}`);
}
