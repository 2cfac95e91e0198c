import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";

import { Output, OutputClosed } from "../../src/terminal/output.ts";

/** A stream that takes nothing until it is asked to. */
function slowStream(): { readonly stream: Writable; readonly take: (error?: Error) => void } {
  const waiting: ((error?: Error) => void)[] = [];
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void waiting.push(done) });
  return { stream, take: (error) => waiting.shift()?.(error) };
}

const systemError = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

test("a write waits while the reader is slow", async () => {
  const { stream, take } = slowStream();
  const output = new Output(stream, {});
  let isWritten = false;
  const writing = output.write("a line\n").then(() => (isWritten = true));
  await new Promise(setImmediate);
  expect(isWritten).toBe(false);
  take();
  await writing;
});

test("a reader who goes ends a write that waits, and refuses those that follow", async () => {
  const { stream, take } = slowStream();
  const ends: Error[] = [];
  const output = new Output(stream, {}, { onEnd: (reason) => ends.push(reason) });
  const writing = output.write("a line\n");
  take(systemError("EPIPE"));
  await expect(writing).rejects.toThrow(OutputClosed);
  await expect(output.write("more")).rejects.toThrow(OutputClosed);
  expect(ends).toHaveLength(1);
  await output.flush();
});

test("a stream that is closed while a write waits ends it", async () => {
  const { stream } = slowStream();
  const writing = new Output(stream, {}).write("a line\n");
  stream.destroy();
  await expect(writing).rejects.toThrow(OutputClosed);
});

test("a disk that is full is an error of its own", async () => {
  const { stream, take } = slowStream();
  const writing = new Output(stream, {}).write("a line\n");
  take(systemError("ENOSPC"));
  await expect(writing).rejects.toThrow("ENOSPC");
});

test("an optional output that cannot be written is no failure", async () => {
  const { stream, take } = slowStream();
  const output = new Output(stream, {}, { isOptional: true });
  const writing = output.write("progress");
  take(systemError("EPIPE"));
  await expect(writing).resolves.toBeUndefined();
  await expect(output.write("more")).resolves.toBeUndefined();
});

test("flush waits for all that was written", async () => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      setImmediate(() => {
        written.push(String(chunk));
        done();
      });
    },
  });
  const output = new Output(stream, {});
  await output.write("a");
  await output.write("b");
  await output.flush();
  expect(written.slice(0, 2)).toEqual(["a", "b"]);
});

test("width and height are those of the terminal as it is now, and without limit where none is", () => {
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  const output = new Output(stream, {});
  expect([output.columns, output.rows]).toEqual([100, 30]);
  Object.assign(stream, { columns: 60, rows: 0 });
  expect([output.columns, output.rows]).toEqual([60, 24]);
  const pipe = new Output(new PassThrough(), {});
  expect([pipe.columns, pipe.rows]).toEqual([Infinity, Infinity]);
});

test.each([
  [{}, true, "\x1b[31mred\x1b[39m"],
  [{ NO_COLOR: "1" }, true, "red"],
  [{ NO_COLOR: "" }, true, "\x1b[31mred\x1b[39m"],
  [{ TERM: "dumb" }, true, "red"],
  [{}, false, "red"],
])("with %j and isTTY %s, red is %j", (env, isTTY, styled) => {
  const output = new Output(Object.assign(new PassThrough(), { isTTY }), env);
  expect(output.style("red", "red")).toBe(styled);
});
