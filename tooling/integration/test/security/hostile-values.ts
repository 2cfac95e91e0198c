/**
 * Run by tests in a process of its own with little memory: `node hostile-values.ts SEED MUTANTS [HOST]`. For each codec, good
 * values and damaged ones lie by turns in a topic, of a log in this process or of Apache Kafka; a consumer reads them all,
 * in each form of `onBadRecord`. Prints what was found as JSON; ends with an error at the first thing that is wrong.
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

/** All strings under these names, however deep. */
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

/** Texts that mean harm to those who put names from data into objects, and to those who recurse. */
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

interface Victim {
  readonly codec: Codec<never, unknown>;
  readonly vectors: readonly Uint8Array[];
  readonly hostile: readonly Uint8Array[];
}

const victims: readonly Victim[] = [
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

/** Bytes changed, a piece copied over another, a telling name written over it, or cut. */
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

/** Keys and headers that mean harm as well. */
function wrapping(): { readonly key: Uint8Array | null; readonly headers: Headers } {
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

/** What a value is when it is decoded without a queue; undefined for one that cannot be. */
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

function assertTold(error: unknown, offset: bigint, topic: string, bytes: Uint8Array | undefined): void {
  const told =
    error instanceof DecodeError &&
    error.topic === topic &&
    error.partition === 0 &&
    error.offset === offset &&
    bytes !== undefined &&
    Buffer.compare(error.bytes, bytes) === 0;
  if (!told) throw new Error(`record ${offset} of ${topic}: not a whole DecodeError`, { cause: error });
  inspect(error, { showHidden: true });
}

/** Fills a topic and reads it in each form; how many of its records are bad. */
async function attack({ codec, vectors: originals, hostile }: Victim): Promise<number> {
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
  await Promise.all(values.map((value) => producer.send(value, wrapping())));
  const good = new Map<bigint, unknown>();
  for (const [index, value] of values.entries()) {
    const outcome = await decoded(codec, value);
    if (outcome !== undefined) good.set(BigInt(index), outcome.value);
  }
  const last = BigInt(values.length - 1);
  if (!good.has(last)) throw new Error(`the last record of ${topic} is not good`);
  const assertGood = (offset: bigint, value: unknown): void => {
    if (!good.has(offset) || !isDeepStrictEqual(value, good.get(offset)))
      throw new Error(`record ${offset} of ${topic} is not what its bytes are`);
  };
  const told: DecodeError[] = [];
  for (const onBadRecord of [undefined, "skip", (error: DecodeError) => void told.push(error)] as const) {
    await using consumer = new DataQueueConsumer(transport, { topics: [topic], encoding: codec, onBadRecord });
    const iterator = consumer[Symbol.asyncIterator]();
    for (let expected = 0n; expected <= last; expected++) {
      // What is left out shows by the next offset.
      if (onBadRecord !== undefined && !good.has(expected)) continue;
      try {
        const { value: message } = await iterator.next();
        if (message?.offset !== expected) throw new Error(`${message?.offset} came instead of ${expected}`);
        assertGood(expected, message.value);
        if (expected % 8n === 0n) inspect(message, { showHidden: true });
      } catch (error) {
        if (good.has(expected)) throw error;
        assertTold(error, expected, topic, values[Number(expected)]);
      }
    }
  }
  const bad = values.length - good.size;
  if (told.length !== bad) throw new Error(`${told.length} of ${bad} bad records of ${topic} were told`);
  for (const error of told) assertTold(error, error.offset ?? -1n, topic, values[Number(error.offset)]);
  assertUnpolluted();
  return bad;
}

const bad: Record<string, number> = {};
for (const [index, victim] of victims.entries()) bad[`${index} ${victim.codec.name}`] = await attack(victim);
const { maxRSS } = process.resourceUsage();
process.stdout.write(JSON.stringify({ bad, maxRssMiB: Math.round(maxRSS / 1024) }));
