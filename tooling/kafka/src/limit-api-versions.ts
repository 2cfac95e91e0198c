import type { ApiVersionTable } from "./api-version-tables.ts";

const firstFlexible = 3;

/**
 * An answer to ApiVersions, a whole frame, that offers no more than a table does. What the flexible one tells in tagged
 * fields is left out.
 *
 * ```text
 * answer = length correlation_id error_code [api_key min_version max_version TAGS(3+)] throttle_time_ms(1+) TAGS(3+)
 * ```
 *
 * https://kafka.apache.org/protocol#The_Messages_ApiVersions
 */
export function loweredAnswer(frame: Buffer, version: number, table: ApiVersionTable): Buffer {
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
  const after = version === 0 ? Buffer.alloc(0) : frame.subarray(end, end + 4);
  const parts = [frame.subarray(0, countAt), writeCount(kept.length, flexible), ...kept, after];
  if (flexible) parts.push(Buffer.of(0));
  const answer = Buffer.concat(parts);
  answer.writeInt32BE(answer.length - 4);
  return answer;
}

/** The number of items of an array, in the flexible form one more in a byte or two, and where they start. */
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
