import { UnsupportedError } from "@dataqueues/core";
import type { Codec, Schema } from "@dataqueues/core";
import { fromFlow, isDataQueueFlow } from "@dataqueues/flows";
import {
  Amplitude,
  GainTable,
  JonesMatrices,
  MetricPayload,
  PointingNumpyArray,
  PointingTable,
  RcalGainTable,
  Spectrogram,
} from "@dataqueues/schemas";
import { describe, expect, test } from "vitest";

import { flowFixture } from "./flow-fixture.ts";
import type { Entry } from "./flow-fixture.ts";

const metrics = (change?: (entry: Entry) => void): Entry => flowFixture("signal-display-metrics", change);
const withFormat = (format: unknown): Entry => metrics(({ sink }) => Object.assign(sink, { format }));
const withModel = (dataModel: string, format: string, metricType?: string): Entry =>
  metrics((entry) => {
    Object.assign(entry, { data_model: dataModel, sources: [{ parameters: { metric_type: metricType } }] });
    Object.assign(entry.sink, { format });
  });

describe("the entry in the receive processors' documentation", () => {
  test("gives host, topic, partitions, codec and schema", () => {
    const flow = fromFlow(metrics());
    expect(flow).toMatchObject({
      pbId: undefined,
      kind: "data-queue",
      name: undefined,
      dataModel: "MetricPayload",
      host: "ska-sdp-kafka:9092",
      topics: ["metrics-amplitude-01"],
      partitions: 6,
      windows: [],
      averaged: [["metrics-amplitude-01", 0]],
      newTopics: [["metrics-amplitude-01", 6]],
    });
    expect(flow.codec?.name).toBe("msgpack_numpy");
    expect(flow.schema).toBe(Amplitude);
  });

  test("gives options of consumer and producer", () => {
    const { consumer, producer, codec, schema } = fromFlow(metrics());
    expect(consumer).toEqual({ topics: ["metrics-amplitude-01"], encoding: codec, schema });
    expect(producer).toEqual({ topic: "metrics-amplitude-01", encoding: codec, schema });
  });

  test("is not changed, and what comes of it cannot be", () => {
    const entry = metrics(({ sink }) => Object.assign(sink, { topics: ["a", "b"] }));
    const before = structuredClone(entry);
    const flow = fromFlow(entry, { state: flowFixture("own.state-two-windows") });
    expect(entry).toEqual(before);
    expect(Object.isFrozen(entry.sink["topics"])).toBe(false);
    const { averaged, consumer, newTopics, producer, topics, windows } = flow;
    const parts = [
      flow,
      averaged,
      averaged[0],
      consumer,
      newTopics,
      newTopics[0],
      producer,
      topics,
      windows,
      windows[0],
    ];
    expect([...parts, windows[0]?.assignment].map((part) => Object.isFrozen(part))).not.toContain(false);
  });
});

describe("other entries", () => {
  test("of the queue connector: the address is a URL, and the key names the flow", () => {
    expect(fromFlow(flowFixture("after-docs.queue-connector"))).toMatchObject({
      pbId: "pb-test-00000000-0000",
      kind: "data-queue",
      name: "my-dataqueue",
      dataModel: "Metrics",
      host: "kafka://localhost:9092",
      topics: ["my-topic"],
      codec: { name: "json" },
      schema: undefined,
    });
  });

  test.for([
    ["rcal-gains", "npy", "rcal-gains-pb-test-20200425-00000-science-pst1", JonesMatrices],
    ["rcal-bandpass-qa", "msgpack_numpy", "rcal-bandpass-qa-pb-test-20200425-00000", undefined],
  ] as const)("of vis-receive's %s: nothing is said of partitions", ([name, format, topic, schema]) => {
    const flow = fromFlow(flowFixture(`after-docs.${name}`));
    expect(flow).toMatchObject({ topics: [topic], partitions: undefined, newTopics: [topic], windows: [] });
    expect([flow.codec?.name, flow.schema]).toEqual([format, schema]);
  });

  test("with several topics: the producer has none of them, and each has the partitions", () => {
    const flow = fromFlow(metrics(({ sink }) => Object.assign(sink, { topics: ["a", "b"] })));
    expect(flow).toMatchObject({
      topics: ["a", "b"],
      averaged: [
        ["a", 0],
        ["b", 0],
      ],
      newTopics: [
        ["a", 6],
        ["b", 6],
      ],
    });
    expect(flow.producer.topic).toBeUndefined();
    expect(flow.consumer.topics).toEqual(["a", "b"]);
  });

  test("with one topic in a list: it is the producer's", () => {
    expect(fromFlow(metrics(({ sink }) => Object.assign(sink, { topics: ["a"] }))).producer.topic).toBe("a");
  });

  test("with several sources: the first metric and the most windows count", () => {
    const sources = [
      {},
      { parameters: null },
      { parameters: { additional_windows: 2, metric_type: null } },
      { parameters: { additional_windows: 4, metric_type: "amplitude" } },
      { parameters: { additional_windows: null, metric_type: "phase" } },
    ];
    const flow = fromFlow(metrics((entry) => Object.assign(entry, { sources })));
    expect([flow.partitions, flow.schema]).toEqual([5, Amplitude]);
  });

  test("without windows: 0 additional windows are one partition", () => {
    const sources = [{ parameters: { additional_windows: 0 } }];
    expect(fromFlow(metrics((entry) => Object.assign(entry, { sources }))).partitions).toBe(1);
  });

  test.for([undefined, null, []])("with %j as sources can be read", (sources) => {
    const flow = fromFlow(metrics((entry) => Object.assign(entry, { sources })));
    expect([flow.partitions, flow.schema]).toEqual([undefined, MetricPayload]);
  });

  test("the caller's host comes first", () => {
    expect(fromFlow(metrics(), { host: "localhost:9092" }).host).toBe("localhost:9092");
  });
});

test.each([
  [null, "options must be an object, not null"],
  [5, "options must be an object, not 5"],
  [{ host: 5 }, "host must be Kafka's address, not 5"],
  [{ host: "" }, `host must be Kafka's address, not ""`],
  [{ codecs: null }, "codecs must be an object, not null"],
  [{ schemas: "Amplitude" }, `schemas must be an object, not "Amplitude"`],
])("options %o are refused by name", (options, message) => {
  expect(() => Reflect.apply(fromFlow, undefined, [metrics(), options])).toThrow(
    expect.objectContaining({ name: "DataQueueError", code: "INVALID_ARGUMENT", message }),
  );
});

describe("the codec", () => {
  test.for(["utf-8", "ascii", "json", "npy", "msgpack_numpy", "xarray"])("of the format %s has that name", (format) => {
    const { codec, consumer, producer } = fromFlow(withFormat(format));
    expect(codec?.name).toBe(format);
    expect([consumer.encoding, producer.encoding]).toEqual([codec, codec]);
  });

  test.for(["bytes", null, undefined])("of the format %j is none: bytes stay bytes", (format) => {
    const { codec, consumer, producer } = fromFlow(withFormat(format));
    expect([codec, consumer.encoding, producer.encoding]).toEqual([undefined, undefined, undefined]);
  });

  test("of carray is missing, and the error says why and what to do", () => {
    const read = (): unknown => fromFlow(withFormat("carray"));
    expect(read).toThrow(UnsupportedError);
    expect(read).toThrow(
      'there is no codec for the flow\'s format carray, as its bytes do not tell dtype and shape (there are utf-8, ascii, json, npy, msgpack_numpy, xarray, bytes): give one as codecs: { "carray": … }',
    );
  });

  test.for(["UTF8", "toString", "__proto__"])("of %s is missing", (format) => {
    expect(() => fromFlow(withFormat(format))).toThrow(`no codec for the flow's format ${format} (there are utf-8,`);
  });

  test("may be the caller's, also in place of a known one", () => {
    const own: Codec = { name: "own", encode: () => new Uint8Array(), decode: () => null };
    for (const format of ["carray", "npy", "bytes"]) {
      expect(fromFlow(withFormat(format), { codecs: { [format]: own } }).codec).toBe(own);
    }
    expect(fromFlow(withFormat("json"), { codecs: { carray: own } }).codec?.name).toBe("json");
  });
});

describe("the schema", () => {
  test.for<[string, string | undefined, Schema | undefined]>([
    ["msgpack_numpy", undefined, MetricPayload],
    ["json", undefined, MetricPayload],
    ["msgpack_numpy", "amplitude", Amplitude],
    ["json", "spectrograms", Spectrogram],
    ["msgpack_numpy", "closurephase", MetricPayload],
    ["npy", "amplitude", undefined],
    ["bytes", "amplitude", undefined],
  ])("of a MetricPayload in %s with metric_type %j", ([format, metricType, schema]) => {
    const flow = fromFlow(withModel("MetricPayload", format, metricType));
    expect(flow.schema).toBe(schema);
    expect([flow.consumer.schema, flow.producer.schema]).toEqual([schema, schema]);
  });

  test.for<[string, string, Schema | undefined]>([
    ["PointingNumpyArray", "npy", PointingNumpyArray],
    ["PointingNumpyArray", "msgpack_numpy", PointingNumpyArray],
    ["PointingNumpyArray", "json", undefined],
    ["PointingTable", "xarray", PointingTable],
    ["PointingTable", "msgpack_numpy", undefined],
    ["GainTable", "xarray", GainTable],
    ["GainTable", "msgpack_numpy", undefined],
    ["Gains", "npy", JonesMatrices],
    ["Gains", "xarray", RcalGainTable],
    ["Gains", "msgpack_numpy", undefined],
    ["Metrics", "json", undefined],
    ["toString", "json", undefined],
    ["Gains", "bytes", undefined],
  ])("of a %s in %s", ([dataModel, format, schema]) => {
    expect(fromFlow(withModel(dataModel, format, "amplitude")).schema).toBe(schema);
  });

  // A table that Python packs in msgpack_numpy is the dict of Dataset.to_dict, which xarrayDict() reads.
  test.for<[string, Schema]>([
    ["PointingTable", PointingTable],
    ["GainTable", GainTable],
    ["Gains", RcalGainTable],
  ])("of a %s is there if the caller's codec makes Datasets of its dicts", ([dataModel, schema]) => {
    const codecs = { msgpack_numpy: { name: "xarray_dict", encode: () => new Uint8Array(), decode: () => null } };
    expect(fromFlow(withModel(dataModel, "msgpack_numpy"), { codecs }).schema).toBe(schema);
  });

  test("may be the caller's, also in place of a known one", () => {
    for (const format of ["msgpack_numpy", "bytes", "npy"]) {
      for (const dataModel of ["Gains", "MetricPayload", "Weather"]) {
        const flow = fromFlow(withModel(dataModel, format), { schemas: { [dataModel]: Spectrogram } });
        expect(flow.schema).toBe(Spectrogram);
      }
    }
    expect(fromFlow(withModel("MetricPayload", "json"), { schemas: { Gains: Spectrogram } }).schema).toBe(
      MetricPayload,
    );
  });
});

describe("a flow of another kind", () => {
  test("is refused by its kind, whatever else it has", () => {
    const read = (): unknown => fromFlow(flowFixture("data-product"));
    expect(read).toThrow(UnsupportedError);
    expect(read).toThrow("this flow writes to a sink of kind data-product, not data-queue, and has no topics");
  });

  test("is left out by isDataQueueFlow", () => {
    const names = ["data-product", "signal-display-metrics", "after-docs.rcal-gains"];
    const entries = names.map((name) => flowFixture(name));
    expect(entries.filter(isDataQueueFlow).map((entry) => fromFlow(entry).topics[0])).toEqual([
      "metrics-amplitude-01",
      "rcal-gains-pb-test-20200425-00000-science-pst1",
    ]);
    for (const other of [undefined, null, "data-queue", [], {}, { sink: null }, { sink: { kind: 1 } }]) {
      expect(isDataQueueFlow(other)).toBe(false);
    }
    // What is wrong with it is fromFlow's to say.
    expect(isDataQueueFlow({ sink: { kind: "data-queue" } })).toBe(true);
  });
});
