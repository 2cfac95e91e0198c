import type { Dataset } from "@dataqueues/arrays";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import type { Codec } from "@dataqueues/core";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";
import { PythonXarray } from "./python-xarray.ts";

const python = new PythonXarray();

const codecs: readonly ["xarray" | "xarray_dict", Codec<Dataset>][] = [
  ["xarray", Encoding.XARRAY],
  ["xarray_dict", xarrayDict()],
];

describeKafka("Datasets between Python and here", ([server = ""]) => {
  test.for(codecs)(
    "a Dataset that Python sends as %s is read here, and Python finds it identical when it is sent back",
    { timeout: 300_000 },
    async ([form, encoding]) => {
      await using admin = new DataQueueAdmin(server);
      for (const name of ["pointing-table", "gain-table", "air-temperature"]) {
        const [there, back] = [`${form}-${name}-there-${Date.now()}`, `${form}-${name}-back-${Date.now()}`];
        await admin.createTopics([there, back]);
        await python.send(server, there, name, form);
        await using consumer = new DataQueueConsumer(server, { topics: [there], encoding });
        const [message] = await take(consumer, 1);
        const dataset = message?.value ?? expect.fail("the message has no value");
        expect(dataset.dims.length).toBeGreaterThan(2);
        await using producer = new DataQueueProducer(server, { topic: back, encoding });
        await producer.send(dataset);
        expect(await python.differencesInTopic(server, back, name, form)).toEqual([]);
      }
    },
  );
});
