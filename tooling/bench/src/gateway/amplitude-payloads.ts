import { readFile } from "node:fs/promises";

import { NdArray } from "@dataqueues/arrays";
import { encode } from "@dataqueues/codec-msgpack-numpy";

/** How values of the metrics are written: arrays of numpy, or lists of numbers as today's processors write them. */
export type ValueForm = "<f8" | "<f4" | "lists";

interface Row {
  readonly baseline: string;
  readonly polarisation: string;
  readonly data: readonly number[];
}

const dishes = ["m033", "m034", "m035", "m036", "m037", "m038"];
const polarisations = ["XX", "XY", "YX", "YY"];

/** A row of the telescope's own payload. */
const measured = new URL("../../../../examples/signal-display/payloads/amplitude.m033_m038.json", import.meta.url);

/**
 * Amplitude payloads as bytes of msgpack: 84 rows (21 baselines, 4 polarisations) of 1,024 channels each, in the shape of a
 * payload of the telescope. Rows are a measured one with 2 % of noise, which differs from payload to payload.
 */
export async function amplitudePayloads(count: number, form: ValueForm): Promise<Uint8Array[]> {
  const { data, ...head }: { readonly data: readonly Row[] } = JSON.parse(await readFile(measured, "utf8"));
  const values = data[0]?.data ?? [];
  if (values.length !== 1_024) throw new Error(`a row has ${values.length} channels`);
  const asForm = (row: readonly number[]): unknown =>
    form === "lists"
      ? row
      : new NdArray(form, [row.length], form === "<f8" ? new Float64Array(row) : new Float32Array(row));
  return Array.from({ length: count }, () => {
    const rows = dishes.flatMap((one, at) =>
      dishes.slice(at).flatMap((other) =>
        polarisations.map((polarisation) => {
          const noisy = values.map((value) => value * (1 + 0.02 * (Math.random() - 0.5)));
          return { baseline: `${one}_${other}`, polarisation, data: asForm(noisy) };
        }),
      ),
    );
    return encode({ ...head, data: rows });
  });
}
