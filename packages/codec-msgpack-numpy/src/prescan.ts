import { refuse } from "./refuse.ts";

const maxDepth = 64;

/**
 * Looks through msgpack bytes before they are decoded: every declared length must be there, containers may not promise
 * more items than bytes are left, all told, and nest no deeper than 64. Without this a header of five bytes makes the
 * decoder allocate for four thousand million items.
 *
 * @throws FormatError with code `truncated`, `declared-length`, `depth`, `format`, `trailing` and the offset
 */
export function prescan(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  /** Items still to come in each open container; the innermost last. */
  const open: number[] = [1];
  let pending = 1;
  let offset = 0;
  while (pending > 0) {
    while (open.at(-1) === 0) open.pop();
    if (offset >= bytes.length)
      throw refuse("truncated", `the message ends at byte ${offset}, within a value`, { offset });
    open[open.length - 1] = (open.at(-1) ?? 0) - 1;
    pending -= 1;
    const at = offset;
    const { header, payload, items } = readHeader(view, at);
    offset += header + payload;
    if (offset > bytes.length)
      throw refuse("truncated", `a value at byte ${at} ends behind the message`, { offset: at });
    if (items === 0) continue;
    pending += items;
    if (pending > bytes.length - offset) {
      throw refuse("declared-length", `${items} items are promised at byte ${at}, too many for the message`, {
        offset: at,
      });
    }
    if (open.push(items) > maxDepth)
      throw refuse("depth", `deeper than ${maxDepth} levels at byte ${at}`, { offset: at });
  }
  if (offset < bytes.length) throw refuse("trailing", `${bytes.length - offset} bytes follow the message`, { offset });
}

interface Header {
  /** Bytes of type and length. */
  readonly header: number;
  /** Bytes of content. */
  readonly payload: number;
  /** Values that follow inside. */
  readonly items: number;
}

/** Sizes of the types 0xc0 to 0xdf whose size does not depend on a length. */
const fixed: Readonly<Record<number, number>> = {
  0xc0: 0,
  0xc2: 0,
  0xc3: 0,
  0xca: 4,
  0xcb: 8,
  0xcc: 1,
  0xcd: 2,
  0xce: 4,
  0xcf: 8,
  0xd0: 1,
  0xd1: 2,
  0xd2: 4,
  0xd3: 8,
  0xd4: 2,
  0xd5: 3,
  0xd6: 5,
  0xd7: 9,
  0xd8: 17,
};

/** Bytes of the length field of the types that have one. */
const lengthBytes: Readonly<Record<number, 1 | 2 | 4>> = {
  0xc4: 1,
  0xc5: 2,
  0xc6: 4,
  0xc7: 1,
  0xc8: 2,
  0xc9: 4,
  0xd9: 1,
  0xda: 2,
  0xdb: 4,
  0xdc: 2,
  0xdd: 4,
  0xde: 2,
  0xdf: 4,
};

function readHeader(view: DataView, at: number): Header {
  const type = view.getUint8(at);
  if (type < 0x80 || type >= 0xe0) return { header: 1, payload: 0, items: 0 };
  if (type < 0x90) return { header: 1, payload: 0, items: 2 * (type & 0x0f) };
  if (type < 0xa0) return { header: 1, payload: 0, items: type & 0x0f };
  if (type < 0xc0) return { header: 1, payload: type & 0x1f, items: 0 };
  const size = fixed[type];
  if (size !== undefined) return { header: 1, payload: size, items: 0 };
  const width = lengthBytes[type];
  if (width === undefined) throw refuse("format", `byte ${at} (0xc1) is never used in msgpack`, { offset: at });
  if (at + 1 + width > view.byteLength)
    throw refuse("truncated", `the message ends at byte ${at}, within a length`, { offset: at });
  const length = width === 1 ? view.getUint8(at + 1) : width === 2 ? view.getUint16(at + 1) : view.getUint32(at + 1);
  if (type >= 0xde) return { header: 1 + width, payload: 0, items: 2 * length };
  if (type >= 0xdc) return { header: 1 + width, payload: 0, items: length };
  const extension = type >= 0xc7 && type <= 0xc9 ? 1 : 0;
  return { header: 1 + width, payload: length + extension, items: 0 };
}
