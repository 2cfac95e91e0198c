import { readFileSync } from "node:fs";

/** A frame as `tooling/python/scripts/gateway_vectors.py` writes it; `bytes` and `records` are hex. */
export interface VectorFrame {
  readonly name: string;
  readonly from: "client" | "gateway";
  readonly type: number;
  readonly id: number;
  readonly body: unknown;
  readonly records: string;
  readonly bytes: string;
  readonly dump: readonly string[];
}

/** A record, and its bytes. */
export interface VectorRecord {
  readonly offset: string;
  readonly timestamp: number;
  readonly key: string | null;
  readonly headers: readonly (readonly [name: string, value: string | null])[];
  readonly value: string | null;
  readonly bytes: string;
}

/** What a client and a gateway say to each other in three connections, in order, and records. */
interface Vectors {
  readonly read: readonly VectorFrame[];
  readonly write: readonly VectorFrame[];
  readonly admin: readonly VectorFrame[];
  readonly records: readonly VectorRecord[];
}

export const vectors = JSON.parse(readFileSync(new URL("vectors/gateway.json", import.meta.url), "utf8")) as Vectors;

/** The bytes that hex means, in memory of their own; null stays null. */
export function bytesOf(hex: string): Uint8Array<ArrayBuffer>;
export function bytesOf(hex: string | null): Uint8Array<ArrayBuffer> | null;
export function bytesOf(hex: string | null): Uint8Array<ArrayBuffer> | null {
  return hex === null ? null : new Uint8Array(Buffer.from(hex, "hex"));
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
