/** Decodes values in a Worker, hands their arrays over to the page, and sends the values on to another topic. */
import { NdArray } from "@dataqueues/arrays";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { DataQueueConsumer, DataQueueProducer } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { websocket } from "@dataqueues/transport-websocket";

/** The formats that the Worker knows. */
export type Format = "npy" | "msgpack_numpy" | "xarray" | "xarray_dict";

/** What is read, and where it is sent on. */
export interface PassOnOptions {
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly format: Format;
  readonly count: number;
}

// Copies, because an array that is a view would take the bytes of its neighbours along when it is handed over.
const codecs: Readonly<Record<Format, (options: { readonly copy: "always" }) => Codec>> = {
  npy,
  msgpack_numpy: msgpackNumpy,
  xarray,
  xarray_dict: xarrayDict,
};

async function passOn({ url, from, to, format, count }: PassOnOptions): Promise<void> {
  const encoding = codecs[format]({ copy: "always" });
  const consumer = new DataQueueConsumer(websocket(url), { topics: from, encoding });
  const producer = new DataQueueProducer(websocket(url), { topic: to, encoding });
  const sends: Promise<unknown>[] = [];
  for await (const { value } of consumer) {
    // The value is encoded before `send` returns, so its array may be given away.
    sends.push(producer.send(value));
    if (value instanceof NdArray) handOver(value);
    if (sends.length === count) break;
  }
  await Promise.all(sends);
  await Promise.all([consumer.close(), producer.close()]);
}

function handOver({ dtype, shape, data }: NdArray): void {
  globalThis.postMessage({ dtype, shape, data }, { transfer: [data.buffer] });
  if (data.length > 0 && data.byteLength > 0) throw new Error("the array was cloned, not handed over");
}

Object.assign(globalThis, { passOn });
