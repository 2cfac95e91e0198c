import { checkNumber } from "@dataqueues/core";
import type { Codec } from "@dataqueues/core";

import { caseOf, check } from "./conformance-case.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { hostileCases } from "./hostile-cases.ts";
import { memoryCases } from "./memory-cases.ts";
import { roundTripCases } from "./round-trip-cases.ts";
import { copyOf, sameValue } from "./same-value.ts";

/** A message from elsewhere: another program's bytes, and the value in them. */
export interface WireVector<In> {
  readonly bytes: Uint8Array;
  readonly value: In;
  /** Whether `encode` must give exactly these bytes: yes by default. No, where a format has several ways to write. */
  readonly written?: boolean | undefined;
}

/** What the cases of a codec are made of. */
export interface CodecCasesOptions<In, Out> {
  readonly codec: Codec<In, Out>;
  /** Values that it can encode: one at least, and one of every kind it knows. */
  readonly values: readonly In[];
  /**
   * Whether a decoded value is the one that was encoded. By default all items and enumerable properties are compared, all
   * the way down; typed arrays also by their kind.
   */
  readonly equal?: ((decoded: Out, value: In) => boolean) | undefined;
  /** Messages of another program, so that it is not only right in its own eyes. */
  readonly vectors?: readonly WireVector<In>[] | undefined;
  /** Messages that must be refused. */
  readonly refused?: readonly Uint8Array[] | undefined;
  /** Whether the same value always gives the same bytes: yes by default. */
  readonly deterministic?: boolean | undefined;
  /** Whether a message that is cut short is always refused, as in formats that tell their length: no by default. */
  readonly refusesTruncated?: boolean | undefined;
  /** How many random messages, and how many mutants of good ones, are decoded: 500 by default. */
  readonly rounds?: number | undefined;
  /** What the random messages are made from, to have the same ones again: 1 by default. */
  readonly seed?: number | undefined;
  /** How long one case may take, in milliseconds: 10,000 by default. */
  readonly timeoutMs?: number | undefined;
}

/** The options with their defaults, and what the cases make of them. */
export interface CodecSubject<In, Out> {
  readonly codec: Codec<In, Out>;
  readonly values: readonly In[];
  /** What the values were like before anything was encoded. */
  readonly originals: readonly unknown[];
  readonly vectors: readonly WireVector<In>[];
  readonly refused: readonly Uint8Array[];
  readonly deterministic: boolean;
  readonly refusesTruncated: boolean;
  readonly rounds: number;
  readonly seed: number;
  readonly equal: (decoded: Out, value: In) => boolean;
  /** The values that come back, with their index: the others fail the case of that, and are left out of the rest. */
  readonly sound: () => Promise<[index: number, value: In][]>;
  readonly define: (name: string, run: () => Promise<void> | void) => ConformanceCase;
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
  const { codec, values, equal = sameValue, rounds = 500, seed = 1, timeoutMs = 10_000 } = options;
  checkNumber("rounds", rounds);
  checkNumber("seed", seed, { most: Number.MAX_SAFE_INTEGER });
  checkNumber("timeoutMs", timeoutMs, { least: 1 });
  check(values.length > 0, "codecCases needs a value to encode");
  const subject: CodecSubject<In, Out> = {
    codec,
    values,
    originals: values.map(copyOf),
    vectors: options.vectors ?? [],
    refused: options.refused ?? [],
    deterministic: options.deterministic ?? true,
    refusesTruncated: options.refusesTruncated ?? false,
    rounds,
    seed,
    equal,
    sound: async () => {
      const found: [number, In][] = [];
      for (const [index, value] of values.entries()) {
        if (await comesBack(subject, value)) found.push([index, value]);
      }
      return found;
    },
    define: (name, run) => caseOf(name, timeoutMs, run),
  };
  return [...roundTripCases(subject), ...memoryCases(subject), ...hostileCases(subject)];
}

async function comesBack<In, Out>({ codec, equal }: CodecSubject<In, Out>, value: In): Promise<boolean> {
  try {
    return equal(await codec.decode(await codec.encode(value)), value);
  } catch {
    return false;
  }
}
