import { NdArray, RecordArray } from "@dataqueues/arrays";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { runPython } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { expect, test } from "vitest";

import { take } from "../take.ts";

/** A line that read_log.py prints. */
type Line = readonly [partition: number, offset: number, key: string | null, value: unknown];

const linesOf = (output: string): Line[] =>
  output
    .trim()
    .split("\n")
    .map((line): Line => JSON.parse(line));

describeKafka("with the Python library", ([server = ""]) => {
  test("values that Python sends decode here", { timeout: 300_000 }, async () => {
    const topic = `python-sends-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await runPython("send.py", [server, topic]);
    await using consumer = new DataQueueConsumer(server, { topics: [topic] });
    const messages = await take(consumer, 5);
    const bytesOf = (name: string): Uint8Array => {
      const found = messages.find(({ key }) => new TextDecoder().decode(key ?? undefined) === name);
      expect(found?.headers.map(([header, value]) => [header, new TextDecoder().decode(value ?? undefined)])).toEqual([
        ["from", "python"],
      ]);
      return found?.value ?? new Uint8Array();
    };
    expect(Encoding.UTF8.decode(bytesOf("text"))).toBe("Größe ☆");
    expect(Encoding.JSON.decode(bytesOf("json"))).toEqual({ state: "scanning", gain: NaN, scan_id: 9007199254740993n });
    const array = Encoding.MSGPACK_NUMPY.decode(bytesOf("array"));
    expect(array instanceof NdArray && [array.dtype, array.toList()]).toEqual([
      "<f4",
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ]);
    const pointing = Encoding.MSGPACK_NUMPY.decode(bytesOf("pointing"));
    expect(pointing instanceof RecordArray && [...pointing.column("antenna_name")]).toEqual(["MKT001", "MKT002"]);
    expect(pointing instanceof RecordArray && [...pointing.column("xel_offset")]).toEqual([3.5, NaN]);
    const metrics = Encoding.MSGPACK_NUMPY.decode(bytesOf("metrics"));
    expect(metrics).toMatchObject({
      data_type: "spectrum",
      data: [{ polarisation: "XX", power: expect.any(NdArray) }],
    });
  });

  test("values that are sent here decode in Python", { timeout: 300_000 }, async () => {
    const topic = `python-receives-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic]);
    await using producer = new DataQueueProducer(server, { topic, encoding: Encoding.MSGPACK_NUMPY });
    const pointing = RecordArray.fromColumns(
      [
        ["antenna_name", "<U8"],
        ["xel_offset", "<f8"],
      ],
      {
        antenna_name: ["MKT001", "MKT002"],
        xel_offset: [3.5, -0.25],
      },
    );
    for (const value of [
      NdArray.from(
        [
          [1, 2],
          [3, 4],
        ],
        "<i2",
      ),
      pointing,
      { data: [new Float64Array([1.5, 2])], scan: 9 },
    ]) {
      await producer.send(value);
    }
    const lines = linesOf(await runPython("read_log.py", [server, topic, "msgpack_numpy"]));
    expect(lines.map(([, , , value]) => value)).toEqual([
      {
        dtype: "<i2",
        shape: [2, 2],
        items: [
          [1, 2],
          [3, 4],
        ],
      },
      {
        dtype: [
          ["antenna_name", "<U8"],
          ["xel_offset", "<f8"],
        ],
        shape: [2],
        items: [
          ["MKT001", 3.5],
          ["MKT002", -0.25],
        ],
      },
      { data: [{ dtype: "<f8", shape: [2], items: [1.5, 2] }], scan: 9 },
    ]);
  });

  test("a key goes to the partition that Python chooses", { timeout: 300_000 }, async () => {
    const topic = `python-keys-${Date.now()}`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([[topic, 7]]);
    const sent = (await runPython("send.py", [server, topic])).trim().split("\n");
    await using producer = new DataQueueProducer(server, { topic });
    for (const line of sent) {
      const { name, partition }: { name: string; partition: number } = JSON.parse(line);
      expect((await producer.send(new Uint8Array(), { key: name })).partition).toBe(partition);
    }
  });
});
