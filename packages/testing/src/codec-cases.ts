import { checkNumber, checkObject } from "@dataqueues/core";
import type { Codec, RecordContext } from "@dataqueues/core";

import { contextCases, copyOfContext } from "./context-cases.ts";
import { caseOf, check } from "./conformance-case.ts";
import type { CodecSubject, WireVector } from "./codec-subject.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { hostileCases } from "./hostile-cases.ts";
import { memoryCases } from "./memory-cases.ts";
import { roundTripCases } from "./round-trip-cases.ts";
import { copyOf, sameValue } from "./same-value.ts";

/** What the cases of a codec are made of. */
export interface CodecCasesOptions<In, Out> {
  readonly codec: Codec<In, Out>;
  /** Values that it can encode: at least one of every kind that it knows. */
  readonly values: readonly In[];
  /**
   * Whether a decoded value is the one that was encoded. By default all items and enumerable properties are compared, all
   * the way down, and typed arrays by their type too.
   */
  readonly equal?: ((decoded: Out, value: In) => boolean) | undefined;
  /** Messages of another program. Without them a codec that only understands itself passes. */
  readonly vectors?: readonly WireVector<In>[] | undefined;
  /** Messages that must be refused. */
  readonly refused?: readonly Uint8Array[] | undefined;
  /** Whether the same value always gives the same bytes: yes by default. */
  readonly deterministic?: boolean | undefined;
  /** Whether a message that is cut short is always refused, as in formats that contain their length: no by default. */
  readonly refusesTruncated?: boolean | undefined;
  /**
   * The record's context, which every call gets as in a producer or consumer. By default that of a record of the topic
   * "conformance" without key and headers.
   */
  readonly context?: RecordContext | undefined;
  /** How many random messages, and how many changed ones, are decoded: 500 by default. */
  readonly rounds?: number | undefined;
  /** The seed of the random messages, for the same ones again: 1 by default. */
  readonly seed?: number | undefined;
  /** How long one case may take, in milliseconds: 10,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/**
 * The promises of a {@link Codec}, as data for any test runner. Throws a `ConformanceError` when there are no values.
 *
 * @example
 * ```ts
 * for (const { name, run } of codecCases({ codec: utf8(), values: ["", "é"] })) test(name, run);
 * ```
 */
export function codecCases<In, Out>(options: CodecCasesOptions<In, Out>): ConformanceCase[] {
  const { values, context = plainContext, equal = sameValue, rounds = 500, seed = 1, timeoutMs = 10_000 } = options;
  checkObject("context", context);
  checkNumber("rounds", rounds);
  checkNumber("seed", seed, { most: Number.MAX_SAFE_INTEGER });
  checkNumber("timeoutMs", timeoutMs, { least: 1 });
  check(values.length > 0, "codecCases needs a value to encode");
  // A new one for each call, so that a codec that changes it affects no other call.
  const newContext = (): RecordContext => copyOfContext(context);
  const subject: CodecSubject<In, Out> = {
    codec: withContext(options.codec, newContext),
    given: options.codec,
    newContext,
    values,
    originals: values.map(copyOf),
    vectors: options.vectors ?? [],
    refused: options.refused ?? [],
    deterministic: options.deterministic ?? true,
    refusesTruncated: options.refusesTruncated ?? false,
    rounds,
    seed,
    equal,
    roundTripping: async () => {
      const found: [number, In][] = [];
      for (const [index, value] of values.entries()) {
        if (await roundTrips(subject, value)) found.push([index, value]);
      }
      return found;
    },
    define: (name, run) => caseOf(name, timeoutMs, run),
  };
  return [...roundTripCases(subject), ...memoryCases(subject), ...contextCases(subject), ...hostileCases(subject)];
}

const plainContext: RecordContext = { topic: "conformance", partition: 0, key: null, headers: [], timestamp: 0 };

/** The codec with the context that core passes. */
function withContext<In, Out>(codec: Codec<In, Out>, newContext: () => RecordContext): Codec<In, Out> {
  return {
    name: codec.name,
    encode: (value) => codec.encode(value, newContext()),
    decode: (bytes) => codec.decode(bytes, newContext()),
  };
}

async function roundTrips<In, Out>({ codec, equal }: CodecSubject<In, Out>, value: In): Promise<boolean> {
  try {
    return equal(await codec.decode(await codec.encode(value)), value);
  } catch {
    return false;
  }
}
