import { createRequire } from "node:module";
import kafkajs from "kafkajs";

type Codec = () => {
  compress(encoder: { readonly buffer: Buffer }): Promise<Uint8Array>;
  decompress(bytes: Buffer): Promise<Uint8Array>;
};

// One has no types, those of the other say that its class is elsewhere.
const require = createRequire(import.meta.url);
const snappy: Codec = require("kafkajs-snappy");
const Lz4Codec: new () => { readonly codec: Codec } = require("@2l/kafkajs-lz4");

const { CompressionCodecs, CompressionTypes } = kafkajs;
const before = { ...CompressionCodecs };

/** Plugs in what README of transport-kafkajs tells to. */
export function plugIn(): void {
  CompressionCodecs[CompressionTypes.Snappy] = snappy;
  CompressionCodecs[CompressionTypes.LZ4] = new Lz4Codec().codec;
}

/** As kafkajs comes. */
export function unplug(): void {
  Object.assign(CompressionCodecs, before);
}
