/** Reads amplitudes in a Worker and hands their values over to the page, those of each message in one array. */
import { NdArray } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { DataQueueConsumer } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";

import { maxBytesPerPartition } from "./amplitudes.ts";
import type { PackedAmplitudes, ReadAmplitudes } from "./amplitudes.ts";

const thumbnailPoints = 60;

interface Amplitudes {
  readonly data: readonly { readonly baseline: string; readonly polarisation: string; readonly data: NdArray }[];
}

globalThis.addEventListener("message", ({ data }: MessageEvent<ReadAmplitudes>) => void read(data));

async function read({ url, topic, count, rows }: ReadAmplitudes): Promise<void> {
  const consumer = new DataQueueConsumer(websocket(url), {
    topics: topic,
    encoding: msgpackNumpy(),
    maxBytesPerPartition,
  });
  let left = count;
  for await (const { value } of consumer) {
    const packed = pack(rows === "shown" ? shownOf(value as Amplitudes) : (value as Amplitudes));
    globalThis.postMessage(packed, { transfer: [packed.values.buffer] });
    left -= 1;
    if (left === 0) break;
  }
  await consumer.close();
}

/** The chosen baseline in full, and the others' XX as small plots. */
function shownOf({ data }: Amplitudes): Amplitudes {
  const [first] = data;
  return {
    data: data.flatMap((row) => {
      if (row.baseline === first?.baseline) return [row];
      if (row.polarisation !== "XX") return [];
      const step = row.data.size / thumbnailPoints;
      const values = row.data.data as Float64Array | Float32Array;
      const points = Float64Array.from({ length: thumbnailPoints }, (_, at) => values[Math.floor(at * step)] ?? 0);
      return [{ ...row, data: new NdArray("<f8", [thumbnailPoints], points) }];
    }),
  };
}

function pack({ data }: Amplitudes): PackedAmplitudes {
  const size = data.reduce((sum, row) => sum + row.data.size, 0);
  const values = data[0]?.data.dtype === "<f4" ? new Float32Array(size) : new Float64Array(size);
  let at = 0;
  for (const row of data) {
    if (row.data.data instanceof Float64Array || row.data.data instanceof Float32Array) values.set(row.data.data, at);
    at += row.data.size;
  }
  return { rows: data.map(({ baseline, polarisation }) => ({ baseline, polarisation })), values };
}
