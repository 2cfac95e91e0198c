import { messageHeaders, prefixLength, readMessage } from "@dataqueues/arrow-ipc";
import { formatError } from "./format-error.ts";
import { TableGuard } from "./table-guard.ts";
import type { GuardOptions } from "./table-guard.ts";

/**
 * Checks an Arrow IPC stream (https://arrow.apache.org/docs/format/Columnar.html#ipc-streaming-format): a schema, batches
 * and dictionaries, and nothing after the end. A stream may end without saying so.
 */
export function checkStream(bytes: Uint8Array, options: GuardOptions): void {
  const schema = readMessage(bytes, 0, formatError);
  if (schema === undefined || messageHeaders[schema.headerType] !== "Schema") {
    throw formatError("format", "the Arrow stream does not start with a schema", { offset: 0 });
  }
  if (schema.body.length > 0) throw formatError("format", "the Arrow schema has a body", { offset: schema.bodyOffset });
  const guard = new TableGuard(schema.header, schema.version, bytes.length, options);
  for (let start = schema.end; start < bytes.length;) {
    const message = readMessage(bytes, start, formatError);
    if (message === undefined) {
      checkEnd(bytes, start + prefixLength);
      return;
    }
    guard.message(message, start);
    start = message.end;
  }
}

function checkEnd(bytes: Uint8Array, offset: number): void {
  const trailing = bytes.length - offset;
  if (trailing > 0) throw formatError("trailing", `${trailing} bytes follow the end of the Arrow stream`, { offset });
}
