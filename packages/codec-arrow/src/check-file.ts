import { FlatTable, messageHeaders, readMessage, readVersion, slots } from "@dataqueues/arrow-ipc";
import type { IpcMessage } from "@dataqueues/arrow-ipc";
import { formatError } from "./format-error.ts";
import { TableGuard } from "./table-guard.ts";
import type { GuardOptions } from "./table-guard.ts";

/** What an Arrow file starts with, padded to 8 bytes, and ends with. */
const magic = "ARROW1";
const headLength = 8;
/** The size of the footer as an int32, and the magic. */
const tailLength = 4 + magic.length;

/** Whether the bytes at `start` are those of an Arrow file at its start or end. */
export function hasMagic(bytes: Uint8Array, start: number): boolean {
  return Array.from(magic).every((character, index) => bytes[start + index] === character.charCodeAt(0));
}

/**
 * Checks an Arrow IPC file (https://arrow.apache.org/docs/format/Columnar.html#ipc-file-format): only what its footer
 * names is read, first all dictionaries, then the batches.
 */
export function checkFile(bytes: Uint8Array, options: GuardOptions): void {
  const footerEnd = bytes.length - tailLength;
  if (footerEnd < headLength || !hasMagic(bytes, bytes.length - magic.length)) {
    throw formatError("truncated", `the Arrow file does not end with ${magic}`, { offset: bytes.length });
  }
  const size = new DataView(bytes.buffer, bytes.byteOffset + footerEnd).getInt32(0, true);
  const footerStart = footerEnd - size;
  if (size <= 0 || footerStart < headLength) {
    throw formatError("format", `the footer of an Arrow file cannot have ${size} bytes`, { offset: footerEnd });
  }
  const footer = FlatTable.root(bytes.subarray(footerStart, footerEnd), footerStart, formatError);
  const version = readVersion(footer, slots.footer.version, footerStart, formatError);
  const schema = footer.table(slots.footer.schema);
  if (schema === undefined) throw formatError("format", "the Arrow file has no schema", { offset: footerStart });
  const guard = new TableGuard(schema, version, bytes.length, options);

  const messages = bytes.subarray(0, footerStart);
  const read = (slot: number, kind: string): IpcMessage[] =>
    footer.blockOffsets(slot).map((start) => readBlock(messages, start, kind));
  const dictionaries = read(slots.footer.dictionaries, "DictionaryBatch");
  const batches = read(slots.footer.recordBatches, "RecordBatch");
  checkApart([...dictionaries, ...batches]);
  for (const message of dictionaries) guard.dictionaryBatch(message);
  for (const message of batches) guard.recordBatch(message);
}

function readBlock(messages: Uint8Array, start: number, kind: string): IpcMessage {
  const message = readMessage(messages, start, formatError);
  if (message !== undefined && messageHeaders[message.headerType] === kind) return message;
  throw formatError("format", `the footer of the Arrow file names a ${kind} where there is none`, { offset: start });
}

/** Checks that the footer does not name the same bytes twice. */
function checkApart(messages: readonly IpcMessage[]): void {
  const sorted = messages.toSorted((one, other) => one.bodyOffset - other.bodyOffset);
  let end = 0;
  for (const message of sorted) {
    if (message.bodyOffset < end) {
      const offset = message.bodyOffset;
      throw formatError("format", "the footer of the Arrow file names the same message twice", { offset });
    }
    end = message.end;
  }
}
