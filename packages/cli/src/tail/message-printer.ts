import type { Message } from "@dataqueues/core";

import { findCodec } from "../formats/find-codec.ts";
import { findSchema } from "../formats/find-schema.ts";
import { ValueReader } from "../formats/value-reader.ts";
import type { ReadMessage } from "../formats/value-reader.ts";
import { errorMessage } from "../print/error-message.ts";
import { messageToJson } from "../print/message-json.ts";
import { messageLine } from "../print/message-line.ts";
import { safeText } from "../print/safe-text.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";

const letters: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "0": "\0", "\\": "\\" };

/** How messages are to be shown. */
export interface PrinterOptions {
  readonly codec?: string | undefined;
  readonly as?: string | undefined;
  readonly schema?: string | undefined;
  readonly full?: boolean | undefined;
  readonly json?: boolean | undefined;
  readonly raw?: boolean | undefined;
  readonly delimiter?: string | undefined;
}

/** Writes messages to a terminal's stdout. */
export interface MessagePrinter {
  /** Writes one message, and waits while the reader is slower. */
  print(message: Message<Uint8Array | null>): Promise<void>;
  /** How many could not be read, or are not what the schema asks for. */
  readonly badRecords: number;
}

/** @throws UsageError for options that do not go together, and codecs and schemas that are not found */
export async function openPrinter(options: PrinterOptions, terminal: Terminal): Promise<MessagePrinter> {
  const { codec = options.as, schema, json = false, raw = false, delimiter } = options;
  if (json && raw) throw new UsageError("--json and --raw are two forms: choose one");
  if (raw && (codec !== undefined || schema !== undefined)) {
    throw new UsageError("--raw writes bytes as they are: leave --codec and --schema out");
  }
  if (delimiter !== undefined && !raw) throw new UsageError("--delimiter is for --raw");
  if (raw) return rawPrinter(terminal, parseDelimiter(delimiter ?? ""));
  const { stdout, stderr } = terminal;
  const reader = new ValueReader({
    codec: codec === undefined ? undefined : await findCodec(codec),
    schema: schema === undefined ? undefined : await findSchema(schema),
    onGuess: (remark) => void stderr.write(`${safeText(remark)}\n`),
  });
  const lineOf = json ? jsonLine : (read: ReadMessage): string => personLine(read, options.full === true, terminal);
  return {
    async print(message) {
      await stdout.write(`${lineOf(await reader.read(message))}\n`);
    },
    get badRecords() {
      return reader.badRecords;
    },
  };
}

/** A value that has no form as JSON is no reason to stop: it comes as null, with the reason. */
function jsonLine({ message, codecName, error }: ReadMessage): string {
  try {
    return messageToJson(message, codecName, error);
  } catch (cause) {
    const reason = `there is no JSON of it: ${errorMessage(cause)}`;
    return messageToJson({ ...message, value: null }, codecName, reason);
  }
}

function personLine(read: ReadMessage, full: boolean, { stdout }: Terminal): string {
  const paint = stdout.style.bind(stdout);
  return messageLine(read, { columns: stdout.columns, full, paint });
}

function rawPrinter({ stdout }: Terminal, delimiter: Uint8Array): MessagePrinter {
  return {
    async print({ value }) {
      // A tombstone has no bytes.
      if (value !== null && value.length > 0) await stdout.write(value);
      if (delimiter.length > 0) await stdout.write(delimiter);
    },
    badRecords: 0,
  };
}

/** What stands between values, as people write it in a shell: `\n`, `\r`, `\t`, `\0`, `\\` and `\x1e` are characters. */
function parseDelimiter(text: string): Uint8Array {
  const plain = text.replace(/\\(?:x([\da-fA-F]{2})|([nrt0\\]))/g, (_, digits: string | undefined, letter: string) => {
    return digits === undefined ? (letters[letter] ?? letter) : String.fromCharCode(Number.parseInt(digits, 16));
  });
  return new TextEncoder().encode(plain);
}
