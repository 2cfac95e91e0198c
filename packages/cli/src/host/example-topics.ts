import { DataQueueAdmin } from "@dataqueues/admin";
import { Dataset, NdArray } from "@dataqueues/arrays";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { DataQueueProducer } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";
import { PointingNumpyArray } from "@dataqueues/schemas";
import { memory } from "@dataqueues/transport-memory";
import type { MemoryTransport } from "@dataqueues/transport-memory";

/** A topic of the embedded log, with all its values. */
interface ExampleTopic {
  readonly topic: string;
  readonly partitions: number;
  readonly codec: Codec;
  readonly values: readonly unknown[];
}

/** The time of the first record of each topic; the others follow a second apart. */
const startTime = Date.UTC(2026, 2, 1, 12);
const antennas = ["SKA001", "SKA002", "SKA063"];
const channels = 16;
const spectralWindow = {
  freq_min: 350e6,
  freq_max: 1050e6,
  count: channels,
  channels_id: "vis_channels",
  spectral_window_id: "fsp_1_channels",
  start: 0,
  stride: 1,
};
const envelope = { processing_block_id: "pb-test-20260301-00000", spectral_window: spectralWindow };

/**
 * A log in this process with a few topics of a telescope, one for each encoding: text, JSON, npy, msgpack-numpy, structured arrays
 * and xarray Datasets. The records are the same each time, so every command can be tried without Kafka.
 */
export async function exampleTopics(): Promise<MemoryTransport> {
  const log = memory();
  await using admin = new DataQueueAdmin(log);
  await admin.createTopics(topics.map(({ topic, partitions }) => [topic, partitions] as const));
  await using producer = new DataQueueProducer(log);
  for (const { topic, partitions, codec: encoding, values } of topics) {
    const sends = values.map((value, index) =>
      producer.send(value, {
        topic,
        encoding,
        partition: index % partitions,
        key: antennas[index % antennas.length],
        timestamp: startTime + index * 1_000,
      }),
    );
    await Promise.all(sends);
  }
  return log;
}

const scans = [0, 1, 2, 3, 4, 5];

/** A straight band with a bump of interference that moves by a channel a scan. */
function band(scan: number): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: channels }, (_, channel) => 1 + channel / 16 + (channel === 4 + scan ? 8 : 0));
}

function timeOf(scan: number): string {
  return new Date(startTime + scan * 1_000).toISOString();
}

const topics: readonly ExampleTopic[] = [
  {
    topic: "observing-log",
    partitions: 1,
    codec: utf8(),
    values: ["scan 1 begins", "wind 3.5 m/s from the west", "SKA063 is stowed: azimuth 180°", "scan 1 ends"],
  },
  {
    topic: "metrics-amplitude",
    partitions: 2,
    codec: json(),
    values: scans.map((scan) => ({
      data_type: "amplitude",
      timestamp: timeOf(scan),
      ...envelope,
      data: [{ baseline: "SKA001_SKA002", polarisation: "XX", data: [...band(scan)], component: [...band(scan)] }],
    })),
  },
  {
    topic: "amplitude-waterfall",
    partitions: 2,
    codec: npy(),
    values: scans.map(
      (scan) =>
        new NdArray("<f4", [4, channels], new Float32Array([0, 1, 2, 3].flatMap((row) => [...band(scan + row)]))),
    ),
  },
  {
    topic: "metrics-spectrum",
    partitions: 2,
    codec: msgpackNumpy(),
    values: scans.map((scan) => ({
      data_type: "spectrum",
      timestamp: timeOf(scan),
      ...envelope,
      data: [
        {
          polarisation: "XX",
          power: new NdArray("<f4", [channels], band(scan)),
          power_std: 0.5,
          angle: [],
          angle_std: 0,
        },
      ],
    })),
  },
  {
    topic: "pointing-offsets",
    partitions: 1,
    codec: msgpackNumpy(),
    values: scans.slice(0, 3).map((scan) => pointingArray(scan)),
  },
  {
    topic: "pointing-table",
    partitions: 1,
    codec: xarray(),
    values: scans.slice(0, 3).map((scan) => pointingTable(scan)),
  },
];

function pointingArray(scan: number): unknown {
  const each = (value: number): number[] => antennas.map((_, antenna) => value + antenna / 4);
  return new PointingNumpyArray({
    antenna_name: antennas,
    last_scan_index: antennas.map(() => scan),
    xel_offset: each(3.5),
    xel_offset_std: each(0.125),
    el_offset: each(2.75),
    el_offset_std: each(0.125),
    expected_width_h: each(1.125),
    expected_width_v: each(1.125),
    fitted_width_h: each(1.25),
    fitted_width_h_std: each(0.125),
    fitted_width_v: each(1.25),
    fitted_width_v_std: each(0.125),
    fitted_height: each(100),
    fitted_height_std: each(1.25),
  }).toNumpy();
}

function pointingTable(scan: number): Dataset {
  const fit = ["time", "antenna", "frequency", "receptor", "angle"];
  const each = (value: number): NdArray =>
    NdArray.from([antennas.map((_, antenna) => [[[value + antenna / 4, value - antenna / 4]]])]);
  return new Dataset({
    coords: {
      time: [5_279_000_000 + scan],
      antenna: antennas,
      frequency: [1.4e9],
      receptor: ["I"],
      angle: ["cross-el", "el"],
    },
    dataVars: {
      pointing: [fit, each(0.5), { units: "radian" }],
      weight: [fit, each(4)],
      residual: [["time", "frequency", "receptor", "angle"], NdArray.from([[[[0.125, 0.25]]]]), { units: "radian" }],
      interval: [["time"], [1], { units: "s" }],
      datetime: [["time"], NdArray.fromItems("<M8[ns]", [1], [BigInt(startTime + scan * 1_000) * 1_000_000n])],
    },
    attrs: { data_model: "PointingTable", receptor_frame: "stokesI", pointing_frame: "xel-el", band_type: "Band 2" },
  });
}
