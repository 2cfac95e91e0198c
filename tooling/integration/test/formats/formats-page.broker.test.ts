import { NdArray } from "@dataqueues/arrays";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { byHeader, byTopic, DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";

const { JSON: json, MSGPACK_NUMPY, NPY, UTF8 } = Encoding;
const array = NdArray.from(
  [
    [1, 2],
    [3, 4],
  ],
  "<i2",
);

describeKafka("records that tell their encoding", ([server = ""]) => {
  test("Python reads ours by the code of docs/formats.md", { timeout: 300_000 }, async () => {
    const topic = `tells-encoding-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(server, { topic, encodingHeader: true });
    await producer.send("Größe ☆", { encoding: byTopic({ [topic]: UTF8 }) });
    await producer.send({ wind: 11.5 }, { encoding: byHeader([NPY], { otherwise: json }) });
    await producer.send(array, { encoding: NPY });
    await producer.send({ gains: array }, { encoding: MSGPACK_NUMPY });
    await producer.send("given", { encoding: UTF8, headers: [["encoding", "utf-8"]] });
    const lines = (await runPython("formats_page.py", ["read", server, topic, "5"])).trim().split("\n");
    const shown = {
      dtype: "<i2",
      shape: [2, 2],
      items: [
        [1, 2],
        [3, 4],
      ],
    };
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual([
      ["utf-8", "Größe ☆"],
      ["json", { wind: 11.5 }],
      ["npy", shown],
      ["msgpack_numpy", { gains: shown }],
      ["utf-8", "given"],
    ]);
  });

  test("byHeader reads what Python sends by the code of docs/formats.md", { timeout: 300_000 }, async () => {
    const topic = `python-tells-encoding-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await runPython("formats_page.py", ["send", server, topic]);
    const encoding = byTopic({ [topic]: byHeader([UTF8, json, NPY, MSGPACK_NUMPY]) });
    await using consumer = new DataQueueConsumer(server, { topics: topic, encoding });
    expect((await take(consumer, 5)).map(({ value }) => value)).toEqual([
      "Größe ☆",
      { wind: 11.5 },
      array,
      { gains: array },
      "twice",
    ]);
    await expect(take(consumer, 1)).rejects.toThrow('the header "encoding", which names the codec, is missing');
    await expect(take(consumer, 1)).rejects.toThrow(
      'the header "encoding" is "pickle", but the codecs are utf-8, json,',
    );
  });
});
