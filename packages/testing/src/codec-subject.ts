import type { Codec, RecordContext } from "@dataqueues/core";

import type { ConformanceCase } from "./conformance-case.ts";

/** A message of another program: its bytes, and the value in them. */
export interface WireVector<In> {
  readonly bytes: Uint8Array;
  readonly value: In;
  /** Whether `encode` must return exactly these bytes: yes by default. No, if the format can write the value differently. */
  readonly written?: boolean | undefined;
}

/** What each group of cases is made from: the options with their defaults. */
export interface CodecSubject<In, Out> {
  /** The codec, which gets the context with every call. */
  readonly codec: Codec<In, Out>;
  /** The codec itself. */
  readonly given: Codec<In, Out>;
  readonly newContext: () => RecordContext;
  readonly values: readonly In[];
  /** Copies of the values from before anything was encoded. */
  readonly originals: readonly unknown[];
  readonly vectors: readonly WireVector<In>[];
  readonly refused: readonly Uint8Array[];
  readonly deterministic: boolean;
  readonly refusesTruncated: boolean;
  readonly rounds: number;
  readonly seed: number;
  readonly equal: (decoded: Out, value: In) => boolean;
  /** The values that round-trip, with their index. The others fail the case about that, and are left out of the rest. */
  readonly roundTripping: () => Promise<[index: number, value: In][]>;
  readonly define: (name: string, run: () => Promise<void> | void) => ConformanceCase;
}
