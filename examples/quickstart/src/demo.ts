import { MetricPayload, PointingNumpyArray } from "@dataqueues/schemas";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding, SchemaError } from "dataqueues";
import type { Codec, KafkaHost, RecordMetadata, Schema } from "dataqueues";

import { describe } from "./describe.ts";
import { averagedSpectrum, pointingOffsets, spectrumWindow } from "./payloads.ts";

/** A topic with the encoding of its messages and the schema that they must match. */
interface Channel {
  readonly topic: string;
  readonly encoding: Codec;
  readonly schema?: Schema;
}

/** Creates topics, sends to them, and reads two topics, then two others, then an exact partition. */
export async function runDemo(host: KafkaHost, suffix = ""): Promise<void> {
  const { UTF8, JSON, MSGPACK_NUMPY } = Encoding;
  const notes: Channel = { topic: `notes${suffix}`, encoding: UTF8 };
  const state: Channel = { topic: `receive-state${suffix}`, encoding: JSON };
  const pointing = { topic: `pointing-offset${suffix}`, encoding: MSGPACK_NUMPY, schema: PointingNumpyArray };
  const spectra = { topic: `metrics-spectrum-01${suffix}`, encoding: MSGPACK_NUMPY, schema: MetricPayload };
  const encodings = new Map([notes, state, pointing, spectra].map(({ topic, encoding }) => [topic, encoding]));

  console.log("\n1. Topics are created, with a minimum number of partitions");
  await using admin = new DataQueueAdmin(host);
  const topics = [notes.topic, state.topic, pointing.topic, [spectra.topic, 6]] as const;
  for (const { topic, outcome, partitions } of await admin.createTopics(topics)) {
    console.log(`   ${topic}: ${outcome}, ${partitions === 1 ? "1 partition" : `${partitions} partitions`}`);
  }

  console.log("\n2. Messages are sent");
  await using producer = new DataQueueProducer(host);
  const send = async (what: string, value: unknown, channel: Channel, partition?: number): Promise<void> => {
    const sent = await producer.send(value, { ...channel, partition });
    console.log(`   ${placeOf(sent)} <- ${what}, as ${channel.encoding.name}`);
  };
  await send("a text", "Scan 9 started, 4 antennas on source ☆", notes);
  await send("a JSON object", { state: "scanning", scan_id: 9, subarray_id: "01" }, state);
  await send("the pointing offsets of 4 antennas, a structured array", pointingOffsets(), pointing);
  await send("a spectrum, averaged", averagedSpectrum(), spectra, 0);
  await send("a window of the spectrum in full resolution", spectrumWindow(), spectra, 1);

  console.log("\n3. A value that does not match its schema is refused and never sent");
  const broken = averagedSpectrum();
  broken.spectral_window.count = 65;
  try {
    await send("a spectrum that lacks a channel", broken, spectra, 0);
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    console.log(`   ${error.message.replaceAll("\n", "\n   ")}`);
  }

  console.log("\n4. The messages of two topics are read");
  await using consumer = new DataQueueConsumer(host, {
    topics: [notes.topic, state.topic],
    signal: AbortSignal.timeout(60_000),
  });
  let received = 0;
  for await (const { value, ...place } of consumer) {
    // Each topic has its own encoding here. A consumer with an `encoding` option decodes by itself.
    const decoded = value && (await encodings.get(place.topic)?.decode(value));
    console.log(`   ${placeOf(place)} -> ${describe(decoded)}`);
    received += 1;
    if (received === 2) {
      console.log("\n5. The topics change while reading: updateTopics");
      await consumer.updateTopics([pointing.topic, spectra.topic]);
    }
    if (received === 5) {
      console.log("\n6. One exact partition, the window, is read instead: assignTopics");
      await consumer.assignTopics([[spectra.topic, 1]]);
      await send("another averaged spectrum, which is no longer read", averagedSpectrum(), spectra, 0);
      await send("the next spectrum of the window", spectrumWindow(), spectra, 1);
    }
    if (received === 6) break;
  }
  console.log(`\nDone: ${received} messages received.`);
}

function placeOf({ topic, partition, offset }: Pick<RecordMetadata, "topic" | "partition" | "offset">): string {
  return `${topic}[${partition}] offset ${offset}`;
}
