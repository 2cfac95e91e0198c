/** A page that only decodes: `globalThis.decodeTimes(FORM)`. */
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { decode } from "@msgpack/msgpack";

import type { DecodeForm, DecodeTimes } from "./decode-times.ts";

const asIs = msgpackNumpy();
const copied = msgpackNumpy({ copy: "always" });

/** What decodes each form of the same values. */
const decoders: Readonly<Record<DecodeForm, (bytes: Uint8Array) => unknown>> = {
  f8: (bytes) => asIs.decode(bytes),
  "f8, all copied": (bytes) => copied.decode(bytes),
  f4: (bytes) => asIs.decode(bytes),
  lists: (bytes) => decode(bytes),
};

const payloads = async (name: string): Promise<Uint8Array[]> =>
  Promise.all(
    Array.from({ length: 10 }, async (_, at) => {
      const response = await fetch(`/${name}-${at}`);
      return new Uint8Array(await response.arrayBuffer());
    }),
  );

const rounds = 15;

async function decodeTimes(form: DecodeForm): Promise<DecodeTimes> {
  const messages = await payloads(form.split(",")[0] ?? "");
  const read = decoders[form];
  const start = performance.now();
  read(messages[0] ?? new Uint8Array());
  const first = performance.now() - start;
  const round = (): number => {
    const began = performance.now();
    for (const message of messages) read(message);
    return (performance.now() - began) / messages.length;
  };
  for (let warmUp = 0; warmUp < rounds; warmUp += 1) round();
  const times = Array.from({ length: rounds }, round).toSorted((a, b) => a - b);
  return { first, median: times[Math.floor(rounds / 2)] ?? Number.NaN };
}

Object.assign(globalThis, { decodeTimes });
