import { NdArray, RecordArray } from "@dataqueues/arrays";
import { PointingNumpyArray } from "@dataqueues/schemas";
import type { PointingFields } from "@dataqueues/schemas";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { python, runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding, kafkajs, SchemaError } from "dataqueues";
import { beforeAll, expect, test } from "vitest";

import { leaderOf } from "../transport-kafkajs/log.ts";
import { take } from "../take.ts";
import { pointingData } from "./pointing-data.ts";

const options = { encoding: Encoding.MSGPACK_NUMPY, schema: PointingNumpyArray, validate: true };

async function endOffset(server: string, topic: string): Promise<bigint> {
  const connection = await kafkajs(server).open("read");
  try {
    const leader = await leaderOf(connection, topic);
    const [answer] = await connection.listOffsets(leader, [{ topic, partition: 0, at: "latest" }]);
    if (answer?.error !== undefined) throw answer.error;
    return answer?.offset ?? -1n;
  } finally {
    connection.close();
  }
}

describeKafka("the pointing example of the Python library's page", ([server = ""]) => {
  // Creates Python's environment, if this is its first use.
  beforeAll(python, 600_000);

  test("is built, validated and sent, and read by Python with the same dtype and values", async () => {
    const topic = `pointing-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(server, { topic });
    await producer.send(new PointingNumpyArray(pointingData).toNumpy(), options);

    const names = ["SKA001", "SKA002"];
    const two = Object.entries(pointingData).map(([name, value]) => [
      name,
      name === "antenna_name" ? names : [value, NaN],
    ]);
    await producer.send(new PointingNumpyArray(Object.fromEntries(two)).toNumpy(), options);

    const descr = Object.keys(pointingData).map((name) => [name, name === "antenna_name" ? "<U8" : "<f8"]);
    const [, ...numbers] = Object.values(pointingData);
    const lines = (await runPython("read_log.py", [server, topic, "msgpack_numpy"])).trim().split("\n");
    // Python's JSON has a literal NaN.
    expect(lines.map((line): unknown => JSON.parse(line.replaceAll("NaN", '"NaN"')))).toEqual([
      [0, 0, null, { dtype: descr, shape: [1], items: [["MKT001", ...numbers]] }],
      [
        0,
        1,
        null,
        {
          dtype: descr,
          shape: [2],
          items: [
            ["SKA001", ...numbers],
            ["SKA002", ...numbers.map(() => "NaN")],
          ],
        },
      ],
    ]);

    await using consumer = new DataQueueConsumer(server, { topics: [topic], ...options });
    const [first] = await take(consumer, 1);
    expect(first?.value instanceof RecordArray && { ...first.value.row(0) }).toEqual(pointingData);
  });

  test("is refused before it reaches the topic, for every kind of error", async () => {
    const topic = `pointing-broken-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(server, { topic });
    const good = new PointingNumpyArray(pointingData).toNumpy();
    await producer.send(good, options);
    expect(await endOffset(server, topic)).toBe(1n);

    const { el_offset: _, ...withoutOffset } = pointingData;
    const brokenFields: Record<string, Record<string, unknown>> = {
      missing_field: withoutOffset,
      unknown_field: { ...pointingData, el_ofset: 1 },
      wrong_type: { ...pointingData, el_offset: "2.8" },
      unequal_length: { ...pointingData, el_offset: [2.8, 2.9] },
      name_too_long: { ...pointingData, antenna_name: "MKT000001" },
    };
    for (const [code, fields] of Object.entries(brokenFields)) {
      const sent = async () =>
        producer.send(new PointingNumpyArray(fields as object as PointingFields).toNumpy(), options);
      await expect(sent()).rejects.toMatchObject({ name: "SchemaError", issues: [{ code }] });
    }

    const changed = (change: (dtype: RecordArray["dtype"]) => RecordArray["dtype"]): RecordArray => {
      const dtype = change(good.dtype);
      return new RecordArray(dtype, [1], new Uint8Array(new RecordArray(dtype, [0], new Uint8Array()).itemsize));
    };
    const brokenArrays: Record<string, unknown> = {
      not_a_record_array: NdArray.from([3.5, 2.8]),
      missing_field: changed((dtype) => dtype.slice(1)),
      unknown_field: changed((dtype) => [...dtype, ["remark", "<U8"]]),
      wrong_dtype: changed((dtype) => dtype.with(1, ["last_scan_index", "<i8"])),
      wrong_field_order: changed((dtype) => dtype.toReversed()),
      wrong_shape: new RecordArray(good.dtype, [1, 1], good.data),
    };
    for (const [code, value] of Object.entries(brokenArrays)) {
      const refused = producer.send(value, options);
      await expect(refused).rejects.toBeInstanceOf(SchemaError);
      await expect(refused).rejects.toMatchObject({ topic, issues: [{ code }] });
    }
    await producer.flush();
    expect(await endOffset(server, topic)).toBe(1n);
  });
});
