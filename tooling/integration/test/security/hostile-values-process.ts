/**
 * Tests run this in a process of its own with little memory: `node hostile-values-process.ts SEED MUTANTS [HOST]`. For each
 * codec, good and damaged values alternate in a topic, in memory or in Apache Kafka. Consumers read all of it, one for each form
 * of `onBadRecord`. Prints the numbers of bad records as JSON. The first record that is not read as expected ends it with an error.
 */
import { readdirSync, readFileSync } from "node:fs";
import { inspect, isDeepStrictEqual } from "node:util";
import { DataQueueAdmin } from "@dataqueues/admin";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { ascii, utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { xarrayDict } from "@dataqueues/codec-xarray-dict";
import { DataQueueConsumer, DataQueueProducer, DecodeError } from "@dataqueues/core";
import type { Codec, Headers, Transport } from "@dataqueues/core";
import { kafkajs } from "@dataqueues/transport-kafkajs";
import { memory } from "@dataqueues/transport-memory";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { mersenne } from "pure-rand/generator/mersenne";

const [seed = 0, mutants = 0] = process.argv.slice(2, 4).map(Number);
const [host] = process.argv.slice(4);
const transport: Transport = host === undefined ? memory() : kafkajs(host);
const packages = new URL("../../../../packages/", import.meta.url);

const generator = mersenne(seed);
const below = (limit: number): number => uniformInt(generator, 0, limit - 1);

const bytesOf = (text: string, encoding: "hex" | "base64" | "utf8"): Uint8Array =>
  Uint8Array.from(Buffer.from(text, encoding));
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, packages), "utf8"));

/** All strings with this name, at any depth. */
function stringsOf(value: unknown, name: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    key === name && typeof item === "string" ? [item] : stringsOf(item, name),
  );
}

function filesOf(directory: string): Uint8Array[] {
  const folder = new URL(`${directory}/test/vectors/`, packages);
  const names = readdirSync(folder, { recursive: true }).map(String).sort();
  return names
    .filter((name) => /\.(?:arrow|msgpack)$/.test(name))
    .map((name) => Uint8Array.from(readFileSync(new URL(name, folder))));
}

const text = stringsOf(read("codec-text/test/vectors/text.json"), "bytes").map((hex) => bytesOf(hex, "hex"));
const vectors = (path: string): Uint8Array[] => stringsOf(read(path), "bytes").map((one) => bytesOf(one, "base64"));
const jsonVectors = stringsOf(read("codec-json/test/vectors/json.json"), "bytes").map((hex) => bytesOf(hex, "hex"));

/** Texts that attack code that uses names from data as property names, and code that recurses. */
const hostileJson = [
  '{"__proto__": {"polluted": 1}}',
  '{"constructor": {"prototype": {"polluted": 1}}}',
  '{"a": {"__proto__": {"polluted": 1}}, "toString": 1, "valueOf": null, "then": 1}',
  "[".repeat(100_000),
  '{"a":'.repeat(100_000),
  `${"[".repeat(100_000)}${"]".repeat(100_000)}`,
  `1e${"9".repeat(1_000)}`,
  "9".repeat(100_000),
].map((one) => bytesOf(one, "utf8"));
const hostileMsgpack = [
  `81a9${Buffer.from("__proto__").toString("hex")}81a8${Buffer.from("polluted").toString("hex")}01`,
  `81ab${Buffer.from("constructor").toString("hex")}81a9${Buffer.from("prototype").toString("hex")}81a8${Buffer.from("polluted").toString("hex")}01`,
  "dd01ffffff".repeat(12),
  "dcffff".repeat(24_000),
  "91".repeat(1_000_000),
  "dfffffffff",
  "c6ffffffff",
].map((hex) => bytesOf(hex, "hex"));

interface Target {
  readonly codec: Codec<never, unknown>;
  readonly vectors: readonly Uint8Array[];
  readonly hostile: readonly Uint8Array[];
}

const targets: readonly Target[] = [
  { codec: utf8(), vectors: text, hostile: hostileJson },
  { codec: ascii(), vectors: text, hostile: hostileJson },
  { codec: json(), vectors: jsonVectors, hostile: hostileJson },
  { codec: npy(), vectors: vectors("codec-npy/test/vectors/vectors.json"), hostile: hostileJson },
  {
    codec: msgpackNumpy(),
    vectors: vectors("codec-msgpack-numpy/test/vectors/vectors.json"),
    hostile: hostileMsgpack,
  },
  { codec: xarray(), vectors: filesOf("codec-xarray"), hostile: hostileMsgpack },
  { codec: xarrayDict(), vectors: filesOf("codec-xarray-dict"), hostile: hostileMsgpack },
];

const names = ["__proto__", "constructor", "prototype", "toString", "then"].map((name) => bytesOf(name, "utf8"));

/** A copy with some bytes changed, a piece copied over another, a dangerous name written into it, or its end cut off. */
function mutate(original: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(original);
  if (bytes.length === 0) return bytes;
  const kind = below(6);
  if (kind === 0) bytes.copyWithin(below(bytes.length), below(bytes.length), below(bytes.length));
  else if (kind === 1) {
    const name = names[below(names.length)] ?? bytes;
    if (name.length <= bytes.length) bytes.set(name, below(bytes.length - name.length + 1));
  } else for (let flips = 1 + below(3); flips > 0; flips--) bytes[below(bytes.length)] = below(256);
  return kind === 2 ? bytes.subarray(0, below(bytes.length + 1)) : bytes;
}

/** Hostile keys and headers. */
function hostileKeyAndHeaders(): { readonly key: Uint8Array | null; readonly headers: Headers } {
  const odd = ["__proto__", "constructor", "", "\0", "é".repeat(below(100)), "toString"];
  const headers = Array.from({ length: below(4) }, (): [string, Uint8Array | null] => [
    odd[below(odd.length)] ?? "",
    below(4) === 0 ? null : Uint8Array.from({ length: below(20) }, () => below(256)),
  ]);
  return { key: below(3) === 0 ? null : (names[below(names.length)] ?? null), headers };
}

const builtIns = [Object, Array, Function, Map, Promise, Uint8Array].map(({ prototype }) => prototype);
const before = builtIns.map((prototype) => inspect(Object.getOwnPropertyDescriptors(prototype), { depth: 3 }));

function assertUnpolluted(): void {
  builtIns.forEach((prototype, index) => {
    if (inspect(Object.getOwnPropertyDescriptors(prototype), { depth: 3 }) !== before[index])
      throw new Error(`a built-in object was changed: ${inspect(prototype)}`);
  });
}

/** The value that the codec itself decodes; undefined if it cannot. */
async function decoded(
  codec: Codec<never, unknown>,
  bytes: Uint8Array,
): Promise<{ readonly value: unknown } | undefined> {
  try {
    return { value: await codec.decode(bytes) };
  } catch {
    return undefined;
  }
}

function assertReported(error: unknown, offset: bigint, topic: string, bytes: Uint8Array | undefined): void {
  const complete =
    error instanceof DecodeError &&
    error.topic === topic &&
    error.partition === 0 &&
    error.offset === offset &&
    bytes !== undefined &&
    Buffer.compare(error.bytes, bytes) === 0;
  if (!complete) throw new Error(`record ${offset} of ${topic}: not a complete DecodeError`, { cause: error });
  inspect(error, { showHidden: true });
}

/** Fills a topic, reads it with each form of `onBadRecord`, and returns how many of its records are bad. */
async function attack({ codec, vectors: originals, hostile }: Target): Promise<number> {
  const topic = `hostile-${codec.name}-${Date.now()}`;
  const values: Uint8Array[] = [];
  for (let count = 0; count < mutants; count++) {
    const original = originals[below(originals.length)] ?? new Uint8Array();
    values.push(mutate(original), original);
  }
  for (const one of hostile) values.push(one, originals[0] ?? new Uint8Array());
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics([topic]);
  await using producer = new DataQueueProducer(transport, { topic });
  await Promise.all(values.map((value) => producer.send(value, hostileKeyAndHeaders())));
  const good = new Map<bigint, unknown>();
  for (const [index, value] of values.entries()) {
    const outcome = await decoded(codec, value);
    if (outcome !== undefined) good.set(BigInt(index), outcome.value);
  }
  const last = BigInt(values.length - 1);
  if (!good.has(last)) throw new Error(`the last record of ${topic} is not good`);
  const assertGood = (offset: bigint, value: unknown): void => {
    if (!good.has(offset) || !isDeepStrictEqual(value, good.get(offset)))
      throw new Error(`record ${offset} of ${topic} has another value than its bytes`);
  };
  const reported: DecodeError[] = [];
  for (const onBadRecord of [undefined, "skip", (error: DecodeError) => void reported.push(error)] as const) {
    await using consumer = new DataQueueConsumer(transport, { topics: [topic], encoding: codec, onBadRecord });
    const iterator = consumer[Symbol.asyncIterator]();
    for (let expected = 0n; expected <= last; expected++) {
      // A record that is left out by mistake shows at the next offset.
      if (onBadRecord !== undefined && !good.has(expected)) continue;
      try {
        const { value: message } = await iterator.next();
        if (message?.offset !== expected) throw new Error(`${message?.offset} came instead of ${expected}`);
        assertGood(expected, message.value);
        if (expected % 8n === 0n) inspect(message, { showHidden: true });
      } catch (error) {
        if (good.has(expected)) throw error;
        assertReported(error, expected, topic, values[Number(expected)]);
      }
    }
  }
  const bad = values.length - good.size;
  if (reported.length !== bad) throw new Error(`${reported.length} of ${bad} bad records of ${topic} were reported`);
  for (const error of reported) assertReported(error, error.offset ?? -1n, topic, values[Number(error.offset)]);
  assertUnpolluted();
  return bad;
}

const bad: Record<string, number> = {};
for (const [index, target] of targets.entries()) bad[`${index} ${target.codec.name}`] = await attack(target);
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ bad, maxRssMiB: Math.round(maxRSS / 1024) }));
