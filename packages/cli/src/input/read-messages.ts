import { byteOrderMark, startsWith } from "../formats/marks.ts";
import { errorMessage } from "../print/error-message.ts";
import { isArrowFile, streamOfArrowFile } from "./arrow-file.ts";
import type { FileForm } from "./file-form.ts";
import { MessageTooLarge } from "./message-too-large.ts";
import { isFile } from "./source.ts";
import type { Source } from "./source.ts";
import { splitLines } from "./split-lines.ts";
import type { RandomAccess } from "./zip-archive.ts";

/** The bytes of a message, and where they are from. */
export interface InputMessage {
  readonly source: string;
  /** From 1, where each line is a message. */
  readonly line?: number | undefined;
  /** The name of an array in an archive. */
  readonly array?: string | undefined;
  /** The key in the message's line, or null for a line without one; undefined where lines have no keys. */
  readonly key?: Uint8Array | null | undefined;
  readonly bytes: Uint8Array;
}

/** How messages are read. */
export interface ReadOptions {
  readonly form: FileForm;
  /** The most bytes that a message may have. */
  readonly maxBytes: number;
  /** What is between the key and the message in each line. */
  readonly keySeparator?: Uint8Array | undefined;
  readonly signal: AbortSignal;
}

/** Archives in a pipe have to be taken into memory. */
const maxPipedArchive = 2 ** 30;

/** How an error names a message's place: `night.jsonl, line 3`. */
export function placeOf({ source, line, array }: Omit<InputMessage, "bytes">): string {
  if (line !== undefined) return `${source}, line ${line}`;
  return array === undefined ? source : `${source}, array ${array}`;
}

/**
 * The messages of a source, one at a time. No more than `maxBytes` of a message are taken into memory.
 *
 * @throws Error that names the place in the source
 */
export async function* readMessages(source: Source, options: ReadOptions): AsyncGenerator<InputMessage> {
  const { form, maxBytes, signal } = options;
  if (form.split === "lines") yield* readLines(source, options);
  else if (form.split === "arrays") yield* readArrays(source, options);
  else {
    const place = { source: source.name };
    const bytes = await at(place, source.bytes(maxBytes, signal), signal);
    yield { ...place, bytes: await at(place, onWire(bytes, form.codec?.name), signal) };
  }
}

async function* readLines(
  source: Source,
  { form: { codec }, maxBytes, keySeparator, signal }: ReadOptions,
): AsyncGenerator<InputMessage> {
  const lines = splitLines(source.chunks(signal), { maxBytes, keepAll: codec === undefined });
  const skipsEmpty = codec?.name === "json";
  for (let line = 1; ; line += 1) {
    const place = { source: source.name, line };
    const next = await at(place, lines.next(), signal);
    if (next.done === true) return;
    // JSON lines may have empty ones between them; of text, an empty line is an empty message.
    if (skipsEmpty && !next.value.some((byte) => byte > 0x20)) continue;
    yield { ...place, ...(keySeparator === undefined ? { bytes: next.value } : splitKey(next.value, keySeparator)) };
  }
}

/** As kcat has it: a line without the separator is a message without a key. */
function splitKey(line: Uint8Array, separator: Uint8Array): Pick<InputMessage, "key" | "bytes"> {
  const end = Buffer.from(line.buffer, line.byteOffset, line.byteLength).indexOf(separator);
  if (end < 0) return { key: null, bytes: line };
  return { key: line.subarray(0, end), bytes: line.subarray(end + separator.length) };
}

async function* readArrays(source: Source, { maxBytes, signal }: ReadOptions): AsyncGenerator<InputMessage> {
  const place = { source: source.name };
  const archive = isFile(source)
    ? source
    : await at(place, source.bytes(maxPipedArchive, signal).then(inMemory), signal);
  const { zipEntries } = await import("./zip-archive.ts");
  const entries = zipEntries(archive, signal);
  for (;;) {
    signal.throwIfAborted();
    const next = await at(place, entries.next(), signal);
    if (next.done === true) return;
    const { name, size } = next.value;
    const array = name.replace(/\.npy$/, "");
    const here = { ...place, array };
    if (array === name) throw new Error(`${source.name}: ${name} is no array, whose name ends with .npy`);
    if (size > maxBytes) {
      const cause = new MessageTooLarge(maxBytes, size);
      throw new Error(`${placeOf(here)}: ${cause.message}`, { cause });
    }
    yield { ...here, bytes: await at(here, next.value.read(), signal) };
  }
}

/** What goes on the wire of a file that is a little different: the stream in an Arrow file, JSON without a byte order mark. */
async function onWire(bytes: Uint8Array, codec: string | undefined): Promise<Uint8Array> {
  if (codec === "xarray" && isArrowFile(bytes)) return streamOfArrowFile(bytes);
  return codec === "json" && startsWith(bytes, byteOrderMark) ? bytes.subarray(byteOrderMark.length) : bytes;
}

function inMemory(bytes: Uint8Array): RandomAccess {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** Gives errors their place, unless they have it, or the reading was stopped. */
async function at<T>(place: Omit<InputMessage, "bytes">, work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    signal.throwIfAborted();
    const message = errorMessage(cause);
    throw message.startsWith("cannot read ") ? cause : new Error(`${placeOf(place)}: ${message}`, { cause });
  }
}
