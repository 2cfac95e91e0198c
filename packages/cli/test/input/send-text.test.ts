import { memory } from "@dataqueues/transport-memory";
import { expect, test } from "vitest";

import { sent } from "../sent-records.ts";
import { folder } from "./files.ts";

test("each line that is piped in is a message, also the last one without an end", async () => {
  const { code, out, err, texts } = await sent([], { stdin: "Größe ☆\nsecond" });
  expect({ code, out, err, texts }).toEqual({
    code: 0,
    out: "sent 2 messages (17 B) to weather: partition 0: offsets 0–1\n",
    err: "",
    texts: ["Größe ☆", "second"],
  });
});

test("line ends may be CRLF, the first line may have a byte order mark, and an empty line is an empty message", async () => {
  expect((await sent([], { stdin: "\ufeffone\r\n\r\ntwo\rthree\n\n" })).texts).toEqual(["one", "", "two\rthree", ""]);
});

test("a line may have any character, also NUL", async () => {
  expect((await sent([], { stdin: "a\0b\n\x1b[2J\n" })).texts).toEqual(["a\0b", "\x1b[2J"]);
});

test("nothing piped in is no message", async () => {
  const { code, out, records } = await sent([], { stdin: "" });
  expect({ code, out, records }).toEqual({ code: 0, out: "sent 0 messages (0 B) to weather\n", records: [] });
});

test("a text file is one message, byte for byte", async () => {
  await using files = await folder({ "note.txt": "\ufeffone\r\ntwo\n" });
  const { records, out } = await sent([files.path("note.txt")]);
  expect(Buffer.from(records[0]?.value ?? []).toString("latin1")).toBe("\xef\xbb\xbfone\r\ntwo\n");
  expect(out).toBe("sent 1 message (12 B) to weather: partition 0: offset 0\n");
});

test("with --lines each line of a text file is a message", async () => {
  await using files = await folder({ "note.txt": "one\ntwo", log: "three\n" });
  expect((await sent(["--lines", files.path("note.txt"), files.path("log")])).texts).toEqual(["one", "two", "three"]);
});

test("a character may be cut where two chunks meet", async () => {
  const text = `${"a".repeat(2 ** 18 - 1)}ß\nend\n`;
  await using files = await folder({ "long.txt": text });
  expect((await sent(["--lines", files.path("long.txt")])).texts).toEqual(text.split("\n").slice(0, 2));
});

test("text that is not UTF-8 is refused with its line, and what was acknowledged is told", async () => {
  const { code, out, err, texts } = await sent([], { stdin: Buffer.from("good\nGr\xf6\xdfe\nmore\n", "latin1") });
  expect({ code, out, texts }).toEqual({
    code: 3,
    out: "sent 1 message (4 B) to weather: partition 0: offset 0\n",
    texts: ["good"],
  });
  expect(err).toBe("dataqueues: stdin, line 2: not UTF-8 from byte 2 on (0xf6); all before it was acknowledged\n");
});

test("with --raw bytes go unchecked, all as one message or each line as it is", async () => {
  const stdin = Buffer.from("\xef\xbb\xbfGr\xf6\xdfe\r\nmore\n", "latin1");
  const all = await sent(["--raw"], { stdin });
  expect(all.records.map(({ value }) => Buffer.from(value ?? []).toString("latin1"))).toEqual([
    stdin.toString("latin1"),
  ]);
  const lines = await sent(["--raw", "--lines"], { stdin });
  expect(lines.records.map(({ value }) => Buffer.from(value ?? []).toString("latin1"))).toEqual([
    "\xef\xbb\xbfGr\xf6\xdfe\r",
    "more",
  ]);
});

test("as ascii, other characters are refused", async () => {
  const { code, err } = await sent(["--codec", "ascii"], { stdin: "Größe\n" });
  expect([code, err]).toEqual([1, "dataqueues: stdin, line 1: byte 2 (0xc3) is not ASCII; nothing was sent\n"]);
});

test("a JSON file goes byte for byte, and one that is no JSON is refused before anything is sent", async () => {
  const json = '{ "scan": 9007199254740993,\n  "gain": NaN }\n';
  await using files = await folder({ "good.json": json, "bad.json": '{"scan": 9' });
  expect((await sent([files.path("good.json")])).texts).toEqual([json]);
  const { code, err, records } = await sent([files.path("good.json"), files.path("bad.json")]);
  expect({ code, records }).toEqual({ code: 1, records: [] });
  expect(err).toMatch(/bad\.json: .*\ndataqueues: 1 of 2 messages cannot be sent; nothing was sent\n$/);
});

test("JSON is sent without a byte order mark, which JSON on a wire must not have", async () => {
  await using files = await folder({ "marked.json": '\ufeff{"scan":9}' });
  expect((await sent([files.path("marked.json")])).texts).toEqual(['{"scan":9}']);
});

test("each JSON line is a message, checked; empty lines are none", async () => {
  await using files = await folder({ "scans.jsonl": '{"scan":1}\r\n\n \t\n[2, 3]\n' });
  expect((await sent([files.path("scans.jsonl")])).texts).toEqual(['{"scan":1}', "[2, 3]"]);
  await using bad = await folder({ "scans.ndjson": '{"scan":1}\n{"scan":\n{"scan":3}\n' });
  const { code, err, texts } = await sent([bad.path("scans.ndjson")]);
  expect([code, texts]).toEqual([3, ['{"scan":1}']]);
  expect(err).toMatch(/^dataqueues: .*scans\.ndjson, line 2: .*; all before it was acknowledged\n$/);
});

test("of messages that a schema refuses the first 20 are listed, and all are counted", async () => {
  await using files = await folder({ "scans.jsonl": '{"scan":1}\n'.repeat(25) });
  const { code, err, records } = await sent([files.path("scans.jsonl"), "--schema", "MetricPayload"]);
  expect([code, records]).toEqual([1, []]);
  expect(Array.from(err.matchAll(/scans\.jsonl, line (\d+): /g), ([, line]) => Number(line))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
  expect(err).toMatch(/\ndataqueues: 25 of 25 messages cannot be sent; nothing was sent\n$/);
});

test("JSON over several lines that is piped in is not taken for lines", async () => {
  const json = '{\n  "scan": 1\n}\n';
  const { code, err, records } = await sent([], { stdin: json });
  expect([code, records]).toEqual([2, []]);
  expect(err).toContain("--as json sends it as one message");
  expect((await sent(["--as", "json"], { stdin: json })).texts).toEqual([json]);
  expect((await sent(["--as", "lines"], { stdin: json })).texts).toEqual(["{", '  "scan": 1', "}"]);
});

test("a file without a known name is recognised by its bytes", async () => {
  await using files = await folder({ scan: '{"scan": 1}', notes: "one\ntwo\n" });
  expect((await sent([files.path("scan"), files.path("notes")])).texts).toEqual(['{"scan": 1}', "one\ntwo\n"]);
});

test("each line may have its key before a separator", async () => {
  const { records, texts } = await sent(
    ["-K", "::"],
    { stdin: "m1::11.2\nno key\nm2::a::b\n::empty\n" },
    memory({ defaultPartitions: 1 }),
  );
  expect(records.map(({ key }) => (key === null ? null : Buffer.from(key).toString()))).toEqual(["m1", null, "m2", ""]);
  expect(texts).toEqual(["11.2", "no key", "a::b", "empty"]);
});
