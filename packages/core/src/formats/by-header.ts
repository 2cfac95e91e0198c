import type { Codec, CodecSelector, DecodedBy, EncodedBy, RecordContext } from "../contract/codec.ts";
import type { DataQueueError } from "../contract/errors.ts";
import type { Headers } from "../contract/record.ts";
import { isCodec } from "../shared/check-formats.ts";
import { checkObject } from "../shared/check-options.ts";
import { isIterable } from "../shared/check-topics.ts";
import { checkHeaderName, encodingHeaderName } from "../shared/encoding-header.ts";
import { describe, invalidArgument } from "../shared/invalid-argument.ts";
import { codecSelector } from "./codec-selector.ts";
import { listOf, noCodec } from "./no-codec.ts";

const encoder: TextEncoder = new TextEncoder();
const decoder: TextDecoder = new TextDecoder();

/** Options of {@link byHeader}. */
export interface ByHeaderOptions<Otherwise> {
  /** The name of the header: "encoding" by default. If a record has it twice, the last one counts, as in Kafka's clients. */
  readonly header?: string | undefined;
  /** The codec of records without this header, and of those whose header names none of the codecs. */
  readonly otherwise?: Otherwise | undefined;
}

/** The `name` of a codec, as the header has it. */
interface NamedCodec {
  readonly name: Uint8Array;
  readonly codec: Codec<never, unknown>;
}

/**
 * A codec that uses the one that a header of the record names, as the producer's option `encodingHeader` writes it: the
 * codec's `name` as UTF-8. To encode, it goes by the header that is sent with the value.
 *
 * Without `otherwise`, a record whose header is missing or names another codec cannot be encoded or decoded (`NO_CODEC`).
 *
 * @throws DataQueueError `INVALID_ARGUMENT` if two codecs have the same name
 *
 * @example
 * ```ts
 * const encoding = byHeader([json(), npy()], { otherwise: utf8() });
 * const consumer = new DataQueueConsumer(transport, { topics: ["results"], encoding });
 * ```
 */
export function byHeader<C extends Codec<never, unknown>, Otherwise extends Codec<never, unknown> = never>(
  codecs: Iterable<C>,
  options?: ByHeaderOptions<Otherwise>,
): CodecSelector<EncodedBy<C | Otherwise>, DecodedBy<C | Otherwise>>;
export function byHeader(
  codecs: Iterable<unknown>,
  options: ByHeaderOptions<unknown> = {},
): CodecSelector<never, unknown> {
  checkObject("options", options);
  const { header = encodingHeaderName, otherwise } = options;
  checkHeaderName("header", header);
  if (otherwise !== undefined && !isCodec(otherwise)) throw notCodec("otherwise", otherwise);
  const named = namedCodecs(codecs);
  const known = listOf(named.map(({ codec }) => codec.name));
  const codecFor = ({ headers }: RecordContext): Codec<never, unknown> => {
    const value = lastHeader(headers, header);
    const codec = value === null ? undefined : named.find(({ name }) => sameBytes(name, value))?.codec;
    if (codec !== undefined) return codec;
    if (otherwise !== undefined) return otherwise;
    const where = `the header ${JSON.stringify(header)}`;
    if (value === null) throw noCodec(`${where}, which names the codec, is missing; known are ${known}`);
    throw noCodec(`${where} is ${describe(decoder.decode(value))}, but the codecs are ${known}`);
  };
  return Object.freeze(codecSelector("byHeader", codecFor));
}

function namedCodecs(codecs: unknown): readonly NamedCodec[] {
  if (!isIterable(codecs)) throw invalidArgument("codecs", "a list of codecs", codecs);
  const names = new Set<string>();
  const named = Array.from(codecs, (codec, index) => {
    if (!isCodec(codec)) throw notCodec(`codecs[${index}]`, codec);
    const name: unknown = codec.name;
    if (typeof name !== "string" || name === "" || !name.isWellFormed()) {
      throw invalidArgument(`codecs[${index}].name`, "a text without lone surrogates", name);
    }
    if (names.has(name)) throw invalidArgument(`codecs[${index}].name`, "another name than those before it", name);
    names.add(name);
    return { name: encoder.encode(name), codec };
  });
  if (named.length === 0) throw invalidArgument("codecs", "a list of at least one codec", codecs);
  return named;
}

function notCodec(name: string, given: unknown): DataQueueError {
  return invalidArgument(name, "a codec, such as json(), with encode and decode", given);
}

/** The value of the last header of this name. */
function lastHeader(headers: Headers, name: string): Uint8Array | null {
  return headers.findLast(([title]) => title === name)?.[1] ?? null;
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
