import { execFile } from "node:child_process";
import { PassThrough, Readable } from "node:stream";
import { promisify } from "node:util";
import { DataQueueAdmin } from "@dataqueues/admin";
import { serveGateway } from "@dataqueues/gateway";
import { memory } from "@dataqueues/transport-memory";
import { websocket } from "@dataqueues/transport-websocket";
import { describe, expect, test, vi } from "vitest";

import { run } from "../../src/run.ts";
import { fakeTerminal } from "../fake-terminal.ts";
import { recordsOf, sent } from "../sent-records.ts";
import { zipped } from "../zip-files.ts";
import { folder } from "./files.ts";

const payloads = new URL("../../../schemas/test/fixtures/payloads/", import.meta.url);
const text = (bytes: Uint8Array | null | undefined): string | null =>
  bytes === null || bytes === undefined ? null : new TextDecoder().decode(bytes);

// numpy.save(f, numpy.array([1, 2], "<i2"))
const npy = Buffer.concat([
  Buffer.from("\x93NUMPY\x01\x00v\x00", "latin1"),
  Buffer.from(`${"{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`),
  Uint8Array.of(1, 0, 2, 0),
]);

describe("what a record has beside its value", () => {
  test("key, headers, partition and timestamp are the same for all messages", async () => {
    const transport = memory({ defaultPartitions: 3 });
    const words = ["-k", "mast-4", "-H", "from=night=1", "-H", "empty=", "-H", "from=again", "-p", "2"];
    const { code, out, records } = await sent(
      [...words, "--timestamp", "2026-11-27T10:00Z"],
      { stdin: "one\ntwo\n" },
      transport,
    );
    expect([code, out]).toEqual([0, "sent 2 messages (6 B) to weather: partition 2: offsets 0–1\n"]);
    for (const { key, headers, partition, timestamp } of records) {
      expect(text(key)).toBe("mast-4");
      expect(headers.map(([name, value]) => [name, text(value)])).toEqual([
        ["from", "night=1"],
        ["empty", ""],
        ["from", "again"],
      ]);
      expect([partition, timestamp]).toEqual([2, Date.UTC(2026, 10, 27, 10)]);
    }
  });

  test("a key and a header's value may be a file's bytes, or base64", async () => {
    await using files = await folder({ key: Uint8Array.of(0, 255) });
    const { records } = await sent(["-k", `@${files.path("key")}`, "-H", "id=base64:/wA="], { stdin: "one" });
    expect([...(records[0]?.key ?? [])]).toEqual([0, 255]);
    expect(records[0]?.headers.map(([name, value]) => [name, ...(value ?? [])])).toEqual([["id", 255, 0]]);
  });

  test("without a key there is none, and an empty one is empty", async () => {
    expect((await sent([], { stdin: "one" })).records[0]?.key).toBe(null);
    expect((await sent(["--key="], { stdin: "one" })).records[0]?.key).toEqual(new Uint8Array());
  });

  test("a tombstone has a key and no value", async () => {
    const { code, out, records } = await sent(["--tombstone", "-k", "mast-4"]);
    expect([code, out]).toEqual([0, "sent 1 message (0 B) to weather: partition 0: offset 0\n"]);
    expect(records.map(({ key, value }) => [text(key), value])).toEqual([["mast-4", null]]);
  });

  test("the header with the encoding names what is on the wire", async () => {
    await using files = await folder({ "scan.json": '{"scan":1}' });
    const encodingOf = async (...args: string[]): Promise<unknown> => {
      const { records } = await sent(["--encoding-header", ...args]);
      return records.flatMap(({ headers }) => headers.map(([name, value]) => [name, text(value)]));
    };
    expect(await encodingOf(files.path("scan.json"))).toEqual([["encoding", "json"]]);
    expect(await encodingOf(files.path("scan.json"), "--codec", "msgpack_numpy")).toEqual([
      ["encoding", "msgpack_numpy"],
    ]);
    expect(
      (await sent(["--encoding-header"], { stdin: "text" })).records[0]?.headers.map(([, value]) => text(value)),
    ).toEqual(["utf-8"]);
  });

  test.each([
    [["-p", "-1"], "--partition is a whole number"],
    [["-p", "1.5"], "--partition is a whole number"],
    [["-H", "name"], "--header name: write it as name=value"],
    [["-H", "=value"], "--header =value: write it as name=value"],
    [["-k", "base64:?"], "what follows base64: is no base64"],
    [["-k", "@no-such-file"], "--key is to be what is in the file no-such-file, which cannot be read: ENOENT"],
    [["--timestamp", "tomorrow"], '"tomorrow" is no time'],
    [["--tombstone"], "--tombstone needs the key that it is for"],
    [["--tombstone", "-k", "a", "file"], "--tombstone sends no value, so it takes no files"],
    [["--raw", "--schema", "MetricPayload"], "--raw sends bytes unchecked, so it has no --schema"],
    [["--raw", "--codec", "json"], "--raw sends bytes unchecked, so it has no --codec"],
    [["--lines", "--as", "json"], "--lines is --as lines"],
    [["--as", "yaml"], "--as yaml: it is one of text, lines, json, jsonl, npy, npz, msgpack, arrow"],
    [["-k", "a", "-K", ":"], "the key is either --key or"],
    [["-K", ""], "--key-separator is empty"],
    [["--codec", "nope"], "nope"],
    [["--max-message-bytes", "much"], "--max-message-bytes is a whole number"],
    [["-", "-"], "- can be named once only"],
  ])("%j is refused", async (args, message) => {
    const { code, err, records } = await sent(args, { stdin: "one" });
    expect([code, records]).toEqual([2, []]);
    expect(err).toContain(message);
  });
});

describe("input", () => {
  test("on a terminal, something to send has to be named", async () => {
    const { code, err } = await sent([]);
    expect(code).toBe(2);
    expect(err).toContain("there is nothing to send: name a file, or pipe something in");
  });

  test("a file that is not there, or a folder, is named before anything is sent", async () => {
    await using files = await folder({ "good.txt": "good" });
    const missing = await sent([files.path("good.txt"), files.path("missing.txt")]);
    expect([missing.code, missing.records]).toEqual([1, []]);
    expect(missing.err).toContain(`cannot read ${files.path("missing.txt")}: no such file or directory`);
    expect((await sent([files.path("")])).err).toContain("is a folder: name the files in it");
  });

  test("bytes that nothing is known of are refused with what to say, and a known format by its name", async () => {
    await using files = await folder({
      "night.h5": Buffer.from("\x89HDF\r\n\x1a\n\0\0\0\0\0\0", "latin1"),
      noise: Uint8Array.of(0xc1, 0xff, 0, 1),
    });
    const noise = await sent([files.path("noise")]);
    expect([noise.code, noise.records]).toEqual([2, []]);
    expect(noise.err).toContain("noise has no form that is known here: say what it is by --as");
    expect((await sent([files.path("night.h5")])).err).toContain("night.h5 is HDF5, which netCDF-4 files are too");
    const raw = await sent(["--raw", files.path("noise")]);
    expect([...(raw.records[0]?.value ?? [])]).toEqual([0xc1, 0xff, 0, 1]);
  });

  test("an archive with anything but arrays is refused before its arrays are sent", async () => {
    await using files = await folder({ "x.npz": await zipped({ "readme.txt": new Uint8Array(3) }) });
    const { code, err } = await sent([files.path("x.npz")]);
    expect(code).toBe(1);
    expect(err).toContain("x.npz: readme.txt is no array, whose name ends with .npy");
  });

  test("the arrays of an archive are named", async () => {
    const arrays = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`a${index}.npy`, npy]));
    await using files = await folder({
      "two.npz": await zipped({ "gains.npy": npy, "\x1b[2J.npy": npy }),
      "ten.npz": await zipped(arrays),
    });
    const size = 2 * npy.length;
    expect((await sent([files.path("two.npz")])).out).toBe(
      `sent 2 messages (${size} B) to weather: partition 0: offsets 0–1; arrays gains, \\x1b[2J\n`,
    );
    expect((await sent([files.path("ten.npz")])).out).toContain(
      "; arrays a0, a1, a2, a3, a4, a5, a6, a7, and 2 more arrays\n",
    );
  });

  test("what is piped in may be an array, in pieces of any size", async () => {
    const stdin = new PassThrough();
    const transport = memory();
    const terminal = { ...fakeTerminal({ transport }), stdin };
    const ended = run(["send", "weather"], terminal);
    for (const byte of npy.subarray(0, 20)) stdin.write(Uint8Array.of(byte));
    stdin.end(npy.subarray(20));
    expect(await ended).toBe(0);
    expect((await recordsOf(transport, "weather")).map(({ value }) => Buffer.from(value ?? []))).toEqual([npy]);
  });

  test.each([
    ["a dict", Uint8Array.of(0x81, 0xa1, 0x61, 0x0a)],
    [
      "a dict of 16 keys",
      Uint8Array.of(0xde, 0, 16, ...Array.from({ length: 16 }, (_, key) => [0xa1, 0x61 + key, key]).flat()),
    ],
  ])("what is piped in may be msgpack: %s", async (_name, bytes) => {
    const { err, records } = await sent(["--encoding-header"], { stdin: bytes });
    expect([err, records.map(({ value }) => [...(value ?? [])])]).toEqual(["", [[...bytes]]]);
    expect(records[0]?.headers.map(([, value]) => text(value))).toEqual(["msgpack_numpy"]);
  });

  test("text of any script is text", async () => {
    // The first byte of the first is also that of a msgpack dict.
    for (const line of ["ݐݑ", "ß", "整", "𝔘"]) expect((await sent([], { stdin: line })).texts).toEqual([line]);
  });

  test("a line that comes from a program is sent before the next one comes", async () => {
    const stdin = new PassThrough();
    const transport = memory();
    const terminal = { ...fakeTerminal({ transport }), stdin };
    const ended = run(["send", "weather"], terminal);
    for (const line of ["1", "22", "333"]) {
      stdin.write(`${line}\n`);
      await vi.waitFor(async () => expect(text((await recordsOf(transport, "weather")).at(-1)?.value)).toBe(line), {
        timeout: 10_000,
      });
    }
    stdin.end();
    expect(await ended).toBe(0);
  });

  test("a named pipe can be sent", async () => {
    await using files = await folder();
    const pipe = files.path("pipe.jsonl");
    await promisify(execFile)("mkfifo", [pipe]);
    const writing = promisify(execFile)("sh", ["-c", `printf '{"a":1}\\n[2]\\n' > "$0"`, pipe]);
    expect((await sent([pipe])).texts).toEqual(['{"a":1}', "[2]"]);
    await writing;
  });

  test("a value that the encoding has no form for is refused", async () => {
    await using files = await folder({ "scan.json": '{"scan":1}' });
    const { code, err, records } = await sent([files.path("scan.json"), "--codec", "npy"]);
    expect([code, records]).toEqual([1, []]);
    expect(err).toMatch(
      /^\S+scan\.json: it cannot be encoded as npy: .+\ndataqueues: 1 of 1 message cannot be sent; nothing was sent\n$/,
    );
  });

  test("a codec of one's own encodes values, and checks bytes that are in no other form", async () => {
    await using files = await folder({
      "shout.js":
        "export const shout = { name: 'shout', encode: (value) => new TextEncoder().encode(JSON.stringify(value).toUpperCase() + '!')," +
        " decode(bytes) { const text = new TextDecoder().decode(bytes); if (!text.endsWith('!')) throw new Error('too quiet'); return text; } };",
      "a.json": '{"a":"b"}',
      "b.shout": "HEY!",
      "c.shout": "hey",
    });
    const codec = ["--codec", files.path("shout.js")];
    expect((await sent([...codec, files.path("a.json"), files.path("b.shout")])).texts).toEqual(['{"A":"B"}!', "HEY!"]);
    expect((await sent([...codec, files.path("c.shout")])).err).toContain("c.shout: too quiet");
  });
});

describe("a schema", () => {
  test("real payloads pass", async () => {
    const names = ["spectrum.json", "amplitude.2baselines.json", "pointingOffsets.json"];
    const paths = names.map((name) => new URL(name, payloads).pathname);
    const { code, err, records } = await sent(["--schema", "MetricPayload", ...paths]);
    expect([code, err, records.length]).toEqual([0, "", 3]);
  });

  test("all issues of all files are told, and nothing is sent", async () => {
    await using files = await folder({ "a.jsonl": '{"type":"spectrum"}\n{}\n', "b.json": "[]" });
    const { code, err, records } = await sent([
      "--schema",
      "MetricPayload",
      files.path("a.jsonl"),
      files.path("b.json"),
    ]);
    expect([code, records]).toEqual([1, []]);
    expect(err).toMatch(/a\.jsonl, line 1: it does not match the schema: \d+ issues?\n \* /);
    expect(err).toMatch(/a\.jsonl, line 2: it does not match the schema/);
    expect(err).toMatch(/b\.json: it does not match the schema/);
    expect(err).toMatch(/\ndataqueues: 3 of 3 messages cannot be sent; nothing was sent\n$/);
  });

  test("lines that are piped in are JSON, and are checked as they come", async () => {
    const good = JSON.stringify(JSON.parse(await readPayload("spectrum.json")));
    const { code, err, records } = await sent(["--schema", "MetricPayload"], { stdin: `${good}\n{}\n${good}\n` });
    expect([code, records.length]).toEqual([3, 1]);
    expect(err).toMatch(
      /^dataqueues: stdin, line 2: it does not match the schema: \d+ issues?: .+; all before it was acknowledged\n$/,
    );
  });
});

describe("what cannot be sent", () => {
  test("a message over the limit is named by its line, with what to do", async () => {
    await using files = await folder({ "a.txt": `one\n${"x".repeat(1_001)}\nthree\n` });
    const { code, err, texts } = await sent(["--lines", "--max-message-bytes", "1k", files.path("a.txt")]);
    expect([code, texts]).toEqual([3, ["one"]]);
    expect(err).toContain("a.txt, line 2: it has more than 1000 bytes for one message: send it in pieces, or raise");
  });

  test("a file over the limit is not read", async () => {
    await using files = await folder({ "a.npy": new Uint8Array(1_001) });
    const { code, err } = await sent(["--max-message-bytes", "1000", files.path("a.npy")]);
    expect(code).toBe(1);
    expect(err).toContain("a.npy: it has 1001 bytes, more than 1000 bytes for one message");
  });

  test("what is piped in as one message has the limit as well", async () => {
    const { code, err } = await sent(["--raw", "--max-message-bytes", "1k"], { stdin: "x".repeat(1_001) });
    expect([code, err.split(":", 3).slice(1).join(":")]).toEqual([
      1,
      " stdin: it has more than 1000 bytes for one message",
    ]);
  });

  test("bytes without a line end fill no memory", async () => {
    let taken = 0;
    const stdin = Readable.from(
      (function* () {
        for (; taken < 1_000; taken += 1) yield Buffer.from("x".repeat(1_000));
      })(),
    );
    const terminal = { ...fakeTerminal({ transport: memory() }), stdin };
    expect(await run(["send", "weather", "--max-message-bytes", "5k"], terminal)).toBe(1);
    expect(terminal.err()).toContain("stdin, line 1: it has more than 5000 bytes");
    expect(taken).toBeLessThan(30);
  });

  test("key and headers count as well", async () => {
    const { code, err } = await sent(["--max-message-bytes", "20", "-k", "x".repeat(20)], { stdin: "one" });
    expect(code).toBe(1);
    expect(err).toMatch(
      /stdin, line 1: a record of \d+ bytes .* is over maxMessageBytes \(20\): send it in pieces, or raise/,
    );
  });

  test("a message that the log refuses is named, with the topic's setting", async () => {
    const { code, err } = await sent([], { stdin: "one" }, memory({ maxMessageBytes: 2 }));
    expect(code).toBe(1);
    expect(err).toMatch(
      /stdin, line 1: .*: send it in pieces, or raise --max-message-bytes and the topic's max.message.bytes; nothing was acknowledged/,
    );
  });

  test("a line in the middle that the log refuses: all before it is acknowledged, and what came after it is counted", async () => {
    const lines = [
      ...Array.from({ length: 10 }, () => "ok"),
      "too long for it",
      ...Array.from({ length: 10 }, () => "ok"),
    ];
    const { code, out, err, records } = await sent([], { stdin: lines.join("\n") }, memory({ maxMessageBytes: 10 }));
    expect(code).toBe(3);
    expect(err).toMatch(/^dataqueues: stdin, line 11: .*; all before it was acknowledged(?:, and \d+ after it)?\n$/);
    const after = Number(/and (\d+) after/.exec(err)?.[1] ?? 0);
    expect(records).toHaveLength(10 + after);
    expect(out).toContain(`sent ${10 + after} messages`);
  });

  test("of two messages that fail, the first in the input is named, whichever failed first", async () => {
    const transport = memory({ nodes: 2, defaultPartitions: 2 });
    const { records } = await sent(["-K", ":"], { stdin: "a:1\nb:1\nc:1\nd:1" }, transport);
    const keyOf = (wanted: number): string => text(records.find(({ partition }) => partition === wanted)?.key) ?? "";
    for (const partition of [0, 1]) transport.faults.fail("INVALID_RECORD", { request: "produce", partition });
    transport.faults.delay(300, { request: "produce", partition: 0 });
    const { code, err } = await sent(["-K", ":"], { stdin: `${keyOf(0)}:late\n${keyOf(1)}:early\n` }, transport);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/^dataqueues: stdin, line 1: .*; nothing was acknowledged\n$/),
    ]);
  });

  test("a topic that does not exist and may not be created: the command that creates it is told", async () => {
    const { code, err } = await sent([], { stdin: "one" }, memory({ autoCreateTopicsEnable: false }));
    expect(code).toBe(1);
    expect(err).toMatch(
      /stdin, line 1: send to topic weather failed: .*UNKNOWN_TOPIC_OR_PARTITION.*; create it: dataqueues create weather; nothing was acknowledged/,
    );
    expect(err).not.toContain("DataQueueAdmin");
  });

  test("a partition that the topic does not have is named", async () => {
    const { code, err } = await sent(["-p", "7"], { stdin: "one" }, memory({ defaultPartitions: 2 }));
    expect(code).toBe(1);
    expect(err).toContain("stdin, line 1: topic weather has no partition 7, it has 2; nothing was acknowledged");
  });

  test("a failure ends the command although the program before it goes on", async () => {
    const stdin = new PassThrough();
    const terminal = { ...fakeTerminal({ transport: memory({ maxMessageBytes: 2 }) }), stdin };
    stdin.write("one\n");
    expect(await run(["send", "weather"], terminal)).toBe(1);
    expect(terminal.err()).toContain("stdin, line 1");
  });

  test("a gateway that only lets read is a plain error", async () => {
    await using gateway = await serveGateway({ transport: memory(), port: 0, topics: ["weather"] });
    const terminal = fakeTerminal({ transport: websocket(gateway.url), stdin: "one" });
    expect(await run(["send", "weather"], terminal)).toBe(1);
    expect(terminal.err()).toMatch(
      /the gateway does not have the role write .*; send needs a host that lets you write/,
    );
  });

  test("a host that can only be read is a plain error", async () => {
    const capabilities = { write: false, admin: false, idempotence: false, groups: false };
    const terminal = fakeTerminal({ transport: { ...memory(), name: "night.mcap", capabilities }, stdin: "one" });
    expect(await run(["send", "weather"], terminal)).toBe(1);
    expect(terminal.err()).toBe("dataqueues: night.mcap can only be read; send needs a host that lets you write\n");
  });
});

test("Ctrl-C ends a command that waits for lines, with what was acknowledged", async () => {
  const stop = new AbortController();
  const transport = memory();
  const stdin = new PassThrough();
  const terminal = { ...fakeTerminal({ transport, signal: stop.signal }), stdin };
  const ended = run(["send", "weather"], terminal);
  stdin.write("one\n");
  await vi.waitFor(async () => expect(await recordsOf(transport, "weather")).toHaveLength(1), { timeout: 10_000 });
  stop.abort();
  expect(await ended).toBe(130);
  expect(terminal.out()).toBe("sent 1 message (3 B) to weather: partition 0: offset 0\n");
});

test("Ctrl-C ends a command whose messages Kafka does not acknowledge", async () => {
  const stop = new AbortController();
  const transport = memory();
  transport.faults.hang({ request: "produce" });
  const stdin = new PassThrough();
  const terminal = { ...fakeTerminal({ transport, signal: stop.signal }), stdin };
  const ended = run(["send", "weather"], terminal);
  stdin.end("one\n");
  await using admin = new DataQueueAdmin(transport);
  await vi.waitFor(async () => expect(await admin.listTopics()).toContain("weather"), { timeout: 10_000 });
  stop.abort();
  expect(await ended).toBe(130);
  expect(terminal.out()).toBe("");
});

test("messages to several partitions are told for each", async () => {
  const transport = memory();
  await using admin = new DataQueueAdmin(transport);
  await admin.createTopics([["weather", 12]]);
  const stdin = Array.from({ length: 100 }, (_, index) => `m${index}:value`).join("\n");
  const { out, records } = await sent(["-K", ":"], { stdin }, transport);
  const counts = Array.from(
    { length: 12 },
    (_, number) => records.filter(({ partition }) => partition === number).length,
  );
  expect(counts.every((count) => count > 1)).toBe(true);
  const shown = counts.slice(0, 8).map((count, number) => `partition ${number}: offsets 0–${count - 1}`);
  expect(out).toBe(`sent 100 messages (500 B) to weather: ${shown.join(", ")}, and 4 more partitions\n`);
});

async function readPayload(name: string): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(new URL(name, payloads), "utf8");
}
