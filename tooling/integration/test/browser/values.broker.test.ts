import { PythonCounterpart } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer } from "dataqueues";
import { afterAll, beforeAll, expect, test } from "vitest";

import { take } from "../take.ts";
import { PythonXarray } from "../xarray/python-xarray.ts";
import { describeBrowser } from "./describe-browser.ts";
import { GatewayProcess } from "./gateway-process.ts";
import type { PassOnOptions } from "./workers/decoding-worker.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** What the page got of each array: its dtype, and its items' bytes in hexadecimal. */
const postedArrays = `posted.map(({ dtype, data }) => [
  dtype,
  Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), (byte) => byte.toString(16).padStart(2, "0")).join(""),
])`;

describeBrowser("values in a page", ({ server, open }) => {
  const python = new PythonXarray();
  let numpy: PythonCounterpart;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    numpy = await PythonCounterpart.start("array_counterpart.py");
    const roles = ["read", "write"] as const;
    gateway = await GatewayProcess.start({ bootstrapServers: [server], topics: "^values-", roles });
  }, 600_000);
  afterAll(() => Promise.all([numpy.close(), gateway.kill()]));

  const newTopics = async (): Promise<{ readonly from: string; readonly to: string }> => {
    const [from, to] = [`values-${crypto.randomUUID()}`, `values-${crypto.randomUUID()}`];
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([from, to]);
    return { from, to };
  };
  const passOn = async (options: Omit<PassOnOptions, "url">): Promise<(readonly [string, string])[]> => {
    await using opened = await open("decoding-worker");
    await opened.worker.evaluate(`passOn(${JSON.stringify({ ...options, url: gateway.url })})`);
    return await opened.page.evaluate<(readonly [string, string])[]>(postedArrays);
  };

  test.for(["npy", "msgpack_numpy"] as const)(
    "every %s array that Python writes is decoded in the Worker, handed over to the page, and written again byte for byte",
    async (format) => {
      const { value, bytes } = await numpy.request({ matrix: format });
      const cases = value as readonly (readonly [name: string, length: number, rewrittenLength: number])[];
      const originals: Uint8Array[] = [];
      const expected: string[] = [];
      let at = 0;
      for (const [, length, rewrittenLength] of cases) {
        originals.push(bytes.subarray(at, at + length));
        expected.push(hex(bytes.subarray(at + length, at + length + rewrittenLength)));
        at += length + rewrittenLength;
      }
      const { from, to } = await newTopics();
      await using producer = new DataQueueProducer(server, { topic: from });
      await Promise.all(originals.map((original) => producer.send(original)));
      const posted = await passOn({ from, to, format, count: cases.length });
      await using consumer = new DataQueueConsumer(server, { topics: to });
      const written = (await take(consumer, cases.length)).map((message) => hex(message.value ?? new Uint8Array()));
      expect(written.filter((one, index) => one !== expected[index])).toEqual([]);

      // Arrays with fields stay in the Worker; of all others the page has the items, as Python writes them at the end.
      expect(posted.length).toBeGreaterThan(500);
      if (format !== "npy") return;
      const ends = expected[Symbol.iterator]();
      for (const [dtype, items] of posted) {
        let end = ends.next();
        while (end.done !== true && !(holds(end.value, dtype) && end.value.endsWith(items))) end = ends.next();
        expect([dtype, items, end.done ?? false]).toEqual([dtype, items, false]);
      }
    },
  );

  test.for(["xarray", "xarray_dict"] as const)(
    "a Dataset that Python sends as %s is decoded in the Worker, and Python finds it identical, bit for bit",
    async (format) => {
      for (const dataset of ["every-dtype", "edges", "gain-table", "pointing-table"]) {
        const { from, to } = await newTopics();
        await python.send(server, from, dataset, format);
        await passOn({ from, to, format, count: 1 });
        expect([dataset, await python.differencesInTopic(server, to, dataset, format)]).toEqual([dataset, []]);
      }
    },
  );
});

/** Whether the header of an npy file, in hexadecimal, names this dtype. */
function holds(npy: string, dtype: string): boolean {
  return npy.includes(Buffer.from(`'${dtype}'`).toString("hex"));
}
