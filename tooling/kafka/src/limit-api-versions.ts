import type { ApiVersionTable } from "./api-version-tables.ts";

/** From this version on, ApiVersions uses the flexible format: compact arrays and tagged fields. */
const firstFlexible = 3;

/**
 * Rewrites a response to ApiVersions, a whole frame, so that it offers only what a table has. Tagged fields of the
 * flexible format are left out.
 *
 * ```text
 * response = length correlation_id error_code [api_key min_version max_version TAGS(3+)] throttle_time_ms(1+) TAGS(3+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
export function limitApiVersions(frame: Buffer, version: number, table: ApiVersionTable): Buffer {
  const flexible = version >= firstFlexible;
  const countAt = 10;
  const kept: Buffer[] = [];
  const { count, start } = readCount(frame, countAt, flexible);
  const size = flexible ? 7 : 6;
  for (let index = 0; index < count; index += 1) {
    const api = Buffer.from(frame.subarray(start + size * index, start + size * (index + 1)));
    const highest = table[api.readInt16BE(0)];
    if (highest === undefined || api.readInt16BE(2) > highest) continue;
    api.writeInt16BE(Math.min(api.readInt16BE(4), highest), 4);
    kept.push(api);
  }
  const end = start + size * count;
  const throttleTime = version === 0 ? Buffer.alloc(0) : frame.subarray(end, end + 4);
  const parts = [frame.subarray(0, countAt), writeCount(kept.length, flexible), ...kept, throttleTime];
  if (flexible) parts.push(Buffer.of(0));
  const response = Buffer.concat(parts);
  response.writeInt32BE(response.length - 4);
  return response;
}

/** Number of items of an array, and where they start. The flexible format has the number plus one, as a varint. */
function readCount(frame: Buffer, at: number, flexible: boolean): { readonly count: number; readonly start: number } {
  if (!flexible) return { count: frame.readInt32BE(at), start: at + 4 };
  const low = frame.readUInt8(at);
  if (low < 0x80) return { count: low - 1, start: at + 1 };
  return { count: (low & 0x7f) + 128 * frame.readUInt8(at + 1) - 1, start: at + 2 };
}

function writeCount(count: number, flexible: boolean): Buffer {
  if (flexible)
    return count + 1 < 0x80 ? Buffer.of(count + 1) : Buffer.of(((count + 1) & 0x7f) | 0x80, (count + 1) >> 7);
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(count);
  return bytes;
}
