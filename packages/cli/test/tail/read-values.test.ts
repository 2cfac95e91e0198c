import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Dataset, NdArray, RecordArray } from "@dataqueues/arrays";
import { json } from "@dataqueues/codec-json";
import { msgpackNumpy } from "@dataqueues/codec-msgpack-numpy";
import { npy } from "@dataqueues/codec-npy";
import { utf8 } from "@dataqueues/codec-text";
import { xarray } from "@dataqueues/codec-xarray";
import { describe, expect, test } from "vitest";

import { logWith, tail } from "./tail-log.ts";
import type { Sent } from "./tail-log.ts";

const at = "2026-11-27T02:03:04.567Z";

describe("what is in a message", () => {
  test("what was guessed is said once for each topic and format", async () => {
    const log = await logWith("t", [["a", utf8()], ["b", utf8()], [{}, json()], [new Uint8Array([0])]]); // prettier-ignore
    const { err } = await tail(log, ["t", "--until", "end"]);
    expect(err).toBe(
      "t: looks like utf-8 (guessed; --codec utf-8 to be sure)\n" +
        "t: looks like json (guessed; --codec json to be sure)\n" +
        "t: in no format that is known here (--codec says how to read it)\n",
    );
  });

  test("the header with the encoding is believed, and nothing is said", async () => {
    const log = await logWith("t", [["[1]", utf8(), { headers: { encoding: "utf-8" } }]]);
    const { out, err } = await tail(log, ["t", "--until", "end", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ encoding: "utf-8", value: "[1]" });
    expect(err).toBe("");
  });

  test("JSON's null is a value, and no tombstone", async () => {
    const log = await logWith("t", [[null, json(), { headers: { encoding: "json" } }]]);
    expect((await tail(log, ["t", "--until", "end"])).out).toBe(`${at} t[0]@0 {encoding=json}  null\n`);
    expect((await tail(log, ["t", "--until", "end", "--full"])).out).toBe(`${at} t[0]@0 {encoding=json}\nnull\n`);
  });

  test("a header cannot make it load a module", async () => {
    const log = await logWith("t", [["x", utf8(), { headers: { encoding: "./evil.mjs" } }]]);
    const { out } = await tail(log, ["t", "--until", "end"]);
    expect(out).toBe(`${at} t[0]@0 {encoding=./evil.mjs}  x\n`);
  });

  test("bad records stand where they are, the others follow, and the exit code is 0", async () => {
    const bad = new TextEncoder().encode("{no json\x1b[2J");
    const log = await logWith("t", [[{ a: 1 }, json()], [bad], [{ a: 2 }, json()]]);
    const { out, err, code } = await tail(log, ["t", "--until", "end", "--codec", "json"], { columns: 200 });
    const lines = stripVTControlCharacters(out).split("\n");
    expect(lines[0]).toBe(`${at} t[0]@0  {"a":1}`);
    expect(lines[1]).toBe(
      `${at} t[0]@1  cannot be read as json: not JSON: a key in double quotes is missing, at byte 1`,
    );
    expect(lines[2]).toBe(`${at} t[0]@2  {"a":2}`);
    expect(out).toContain("\x1b[31mcannot be read as json");
    expect(err).toBe("1 message of 3 could not be read\n");
    expect(code).toBe(0);
  });

  test("a bad record has its bytes and the reason in JSON", async () => {
    const { out } = await tail(await logWith("t", [[new Uint8Array([0x80])]]), ["t", "--until", "end", "--codec", "utf-8", "--json"]); // prettier-ignore
    expect(JSON.parse(out)).toMatchObject({
      encoding: "utf-8",
      error: expect.stringContaining("cannot be read as utf-8: not UTF-8 from byte 0 on"),
      value: { base64: "gA==" },
    });
  });

  test("a value that the schema refuses is marked with its first issue", async () => {
    const metric = { data_type: "spectrum", processing_block_id: 5 };
    const log = await logWith("t", [[metric, json()]]);
    const { out, err } = await tail(log, ["t", "--until", "end", "--schema", "MetricPayload"]);
    expect(out).toMatch(/ {2}is not what the schema asks for: \S+: .+\n$/);
    expect(err).toContain("1 message of 1 could not be read\n");
  });

  test("a codec of a module reads values", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tail-"));
    const file = join(folder, "mine.mjs");
    await writeFile(
      file,
      'export const mine = { name: "mine", encode: (v) => new Uint8Array([v]), decode: async (b) => ({ first: b[0] }) };',
    );
    const log = await logWith("t", [[new Uint8Array([7])]]);
    for (const option of ["--codec", "--as"]) {
      const { out } = await tail(log, ["t", "--until", "end", option, file]);
      expect(out).toBe(`${at} t[0]@0  {"first":7}\n`);
    }
    await rm(folder, { recursive: true });
  });

  test("a value that has no form as JSON comes as null with the reason, and the next one follows", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tail-"));
    const file = join(folder, "loop.mjs");
    await writeFile(
      file,
      'export const loop = { name: "loop", encode: () => new Uint8Array(), decode([first]) { const value = {}; if (first === 1) value.self = value; return value; } };',
    );
    const log = await logWith("t", [[new Uint8Array([1])], [new Uint8Array([2])]]);
    const { out, code } = await tail(log, ["t", "--until", "end", "--json", "--codec", file]);
    const [first, second] = out.trimEnd().split("\n");
    expect(JSON.parse(first ?? "")).toMatchObject({
      encoding: "loop",
      error: "there is no JSON of it: the value nests deeper than 1200 levels, or contains itself",
      value: null,
    });
    expect(JSON.parse(second ?? "")).toMatchObject({ offset: 1, value: {} });
    expect(code).toBe(0);
    await rm(folder, { recursive: true });
  });

  test("a payload of any control characters cannot reach a terminal, in any form", async () => {
    const controls = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).join("");
    const text = `${controls}\u061c\u200e\u202a\u202e\u2066\u2069\u2028`;
    const options: Sent[2] = { key: text, headers: [[text, text]] };
    const sent: Sent[] = [
      [text, utf8(), options],
      [{ [text]: text }, json(), options],
      [NdArray.from([text]), npy(), options],
      [RecordArray.fromRows([[text.replaceAll("\0", ""), "<U300"]], [{ [text.replaceAll("\0", "")]: text }]), npy(), options], // prettier-ignore
      [new Dataset({ dataVars: { [text]: [text, [1]] }, attrs: { [text]: text } }), xarray(), options],
      [{ [text]: NdArray.from([text]) }, msgpackNumpy(), options],
    ];
    const log = await logWith("t", sent);
    for (const words of [[], ["--full"], ["--json"], ["--codec", "ascii"], ["--codec", "npy", "--full"]]) {
      for (const columns of [undefined, 40, 2_000]) {
        const terminal = columns === undefined ? {} : { columns, env: { NO_COLOR: "1" } };
        const { out, err } = await tail(log, ["t", "--until", "end", ...words], terminal);
        expect(`${out}${err}`.match(/[^\n\t\P{Cc}]|[\p{Bidi_Control}\u2028]/gu)).toBeNull();
      }
    }
  });
});
