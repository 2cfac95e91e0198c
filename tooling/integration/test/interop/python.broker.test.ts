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
    const messages = await take(consumer, 6);
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

  test(
    "datetimes that Python sends are Dates here, and go back with the same bytes",
    { timeout: 300_000 },
    async () => {
      const topic = `python-datetimes-${Date.now()}`;
      const back = `${topic}-back`;
      await using admin = new DataQueueAdmin(server);
      await admin.createTopics([topic, back]);
      await runPython("send.py", [server, topic]);
      await using consumer = new DataQueueConsumer(server, { topics: [topic] });
      const bytes = (await take(consumer, 6)).find(
        ({ key }) => new TextDecoder().decode(key ?? undefined) === "times",
      )?.value;
      const times = Encoding.MSGPACK_NUMPY.decode(bytes ?? new Uint8Array());
      expect(times).toEqual({
        start: new Date("2026-11-27T02:15:00.125Z"),
        scans: [{ at: new Date(-1), power: NdArray.from([1.5]) }],
      });
      expect(Encoding.MSGPACK_NUMPY.encode(times)).toEqual(bytes);
      await using producer = new DataQueueProducer(server, { topic: back, encoding: Encoding.MSGPACK_NUMPY });
      await producer.send(times);
      const lines = linesOf(await runPython("read_log.py", [server, back, "msgpack_numpy"]));
      expect(lines.map(([, , , value]) => value)).toEqual([
        {
          start: "2026-11-27T02:15:00.125000+00:00",
          scans: [{ at: "1969-12-31T23:59:59.999000+00:00", power: { dtype: "<f8", shape: [1], items: [1.5] } }],
        },
      ]);
    },
  );

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
