/**
 * What pyarrow 26 wrote for
 *
 * ```py
 * schema = pa.schema([pa.field("v", pa.int8())], metadata={"key": "value", "é": ""})
 * with pa.ipc.new_stream(sink, schema) as writer:
 *     writer.write_batch(pa.record_batch([pa.array([1, 2, 3], pa.int8())], schema=schema))
 * ```
 */
const base64 = `
/////9AAAAAQAAAAAAAKAA4ABgAFAAgACgAAAAABBAAQAAAAAAAKAAwAAAAEAAgACgAAAFgAAAAEAAAAAgAAACwAAAAEAAAA5P///xAAAAAEAAAAAAAA
AAAAAAACAAAAw6kAAAgADAAEAAgACAAAABQAAAAEAAAABQAAAHZhbHVlAAAAAwAAAGtleQABAAAAFAAAABAAFAAIAAYABwAMAAAAEAAQAAAAAAABAhAA
AAAcAAAABAAAAAAAAAABAAAAdgAAAAgADAAIAAcACAAAAAAAAAEIAAAA/////4gAAAAUAAAAAAAAAAwAFgAGAAUACAAMAAwAAAAAAwQAGAAAAAgAAAAA
AAAAAAAKABgADAAEAAgACgAAADwAAAAQAAAAAwAAAAAAAAAAAAAAAgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAMAAAAAAAAAAAAAAAEAAAADAAAA
AAAAAAAAAAAAAAAAAQIDAAAAAAD/////AAAAAA==`;

/** Where the messages and the body in {@link pyarrowStream} start, and where it ends. */
export const places = { schema: 0, batch: 216, body: 360, endMark: 368, end: 376 } as const;

/** A copy of the bytes. */
export function pyarrowStream(): Uint8Array {
  return Uint8Array.from(atob(base64.replaceAll("\n", "")), (character) => character.charCodeAt(0));
}
