import { extname } from "node:path";
import { guessFormat, npyMagic } from "@dataqueues/arrays";
import type { Codec } from "@dataqueues/core";

import { findCodec } from "../formats/find-codec.ts";
import { guessCodec } from "../formats/guess-codec.ts";
import { arrowStreamMark, startsWith } from "../formats/marks.ts";
import { UsageError } from "../usage-error.ts";
import { isArrowFile } from "./arrow-file.ts";
import type { Source } from "./source.ts";

/** How bytes become messages: all of them are one, each line, or each array of an archive. */
export type Split = "whole" | "lines" | "arrays";

/** What the bytes of a source are. */
export interface FileForm {
  readonly split: Split;
  /** Reads the bytes of a message; undefined for bytes that go unchecked. */
  readonly codec: Codec | undefined;
}

/** The forms by the names that a user may give them: how they are split, and the codec that reads them. */
const forms: ReadonlyMap<string, readonly [split: Split, codec: string]> = new Map([
  ["text", ["whole", "utf-8"]],
  ["lines", ["lines", "utf-8"]],
  ["json", ["whole", "json"]],
  ["jsonl", ["lines", "json"]],
  ["npy", ["whole", "npy"]],
  ["npz", ["arrays", "npy"]],
  ["msgpack", ["whole", "msgpack_numpy"]],
  ["arrow", ["whole", "xarray"]],
]);

const formNames: readonly string[] = [...forms.keys()];

const byExtension: ReadonlyMap<string, string> = new Map([
  [".txt", "text"],
  [".json", "json"],
  [".jsonl", "jsonl"],
  [".ndjson", "jsonl"],
  [".npy", "npy"],
  [".npz", "npz"],
  [".msgpack", "msgpack"],
  [".mpk", "msgpack"],
  [".arrow", "arrow"],
  [".arrows", "arrow"],
  [".feather", "arrow"],
]);

/** What a user says about the bytes. */
export interface FormOptions {
  /** The name of a form. */
  readonly as?: string | undefined;
  readonly lines?: boolean | undefined;
  readonly raw?: boolean | undefined;
  /** What messages are on the wire; also what the bytes are, where nothing else says it. */
  readonly codec?: Codec | undefined;
  readonly hasSchema?: boolean | undefined;
  /** The most bytes to look at. */
  readonly maxBytes: number;
}

/**
 * Finds out what a source has: as the user says, then by the name of the file, then by its first bytes. Text that is piped
 * in is lines; in a file it is one message.
 *
 * @throws UsageError if that cannot be known, with what to say
 */
export async function findForm(source: Source, options: FormOptions, signal: AbortSignal): Promise<FileForm> {
  const { as, lines = false, raw = false } = options;
  if (raw) return { split: lines ? "lines" : "whole", codec: undefined };
  const name = as ?? (source.isStdin ? undefined : byExtension.get(extname(source.name).toLowerCase()));
  const form = name === undefined ? await recogniseForm(source, options, signal) : await formOf(name);
  if (!lines || form.split === "lines") return form;
  if (form.codec !== undefined && isText(form.codec)) return { ...form, split: "lines" };
  throw new UsageError(`--lines is for text and JSON; ${source.name} is ${form.codec?.name ?? "neither"}`);
}

async function recogniseForm(
  source: Source,
  { codec, hasSchema, lines, maxBytes }: FormOptions,
  signal: AbortSignal,
): Promise<FileForm> {
  const start = await source.start(signal);
  const marked = formOfStart(start);
  if (marked !== undefined) return formOf(marked);
  if (source.isStdin && !lines && /^\s*[[{]\s*\r?\n/.test(new TextDecoder().decode(start))) {
    const what = "stdin looks like JSON over several lines";
    throw new UsageError(`${what}: --as json sends it as one message, --as lines each line as it is`);
  }
  if (codec !== undefined) return { split: source.isStdin && isText(codec) ? "lines" : "whole", codec };
  if (lines || (source.isStdin && couldBeText(start))) return formOf(hasSchema ? "jsonl" : "lines");
  const guessed = guessCodec(await source.bytes(maxBytes, signal));
  if (guessed !== undefined) return { split: "whole", codec: guessed };
  const known = guessFormat(start);
  const seems = known === undefined ? `${source.name} has no form that is known here` : `${source.name} is ${known}`;
  throw new UsageError(
    `${seems}: say what it is by --as (${formNames.join(", ")}) or --codec, or send its bytes unchecked by --raw`,
  );
}

async function formOf(name: string): Promise<FileForm> {
  const form = forms.get(name);
  if (form === undefined) throw new UsageError(`--as ${name}: it is one of ${formNames.join(", ")}`);
  const [split, codec] = form;
  return { split, codec: await findCodec(codec) };
}

/** Formats that begin with a mark. Others have to be guessed. */
function formOfStart(start: Uint8Array): string | undefined {
  if (startsWith(start, npyMagic)) return "npy";
  if (startsWith(start, "PK\x03\x04") || startsWith(start, "PK\x05\x06")) return "npz";
  return isArrowFile(start) || startsWith(start, arrowStreamMark) ? "arrow" : undefined;
}

function isText({ name }: Codec): boolean {
  return ["utf-8", "ascii", "json"].includes(name);
}

/** Whether a character of UTF-8 may begin here: msgpack's first bytes are none, but for maps of 16 bits, which look like one. */
function couldBeText([first = 0x20, second = 0x80]: Uint8Array): boolean {
  if (first < 0x80) return true;
  return first > 0xc1 && first < 0xf5 && (first < 0xdc || first > 0xdf || (second & 0xc0) === 0x80);
}
