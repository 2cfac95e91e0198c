import { expect, test } from "vitest";

import type { Codec, RecordContext } from "../../src/contract/codec.ts";
import { CodecError, DataQueueError } from "../../src/contract/errors.ts";
import { byHeader } from "../../src/formats/by-header.ts";
import { producing } from "../producer/producing.ts";
import { contextOf, numbers, texts } from "./codecs.ts";

const encoding = byHeader([texts, numbers]);
const a = new Uint8Array([0x61]);

/** The context of a record whose header "encoding" has this value. */
const named = (value: string | Uint8Array | null): RecordContext => contextOf("a", [["encoding", value]]);

/** The error of a call. */
function caught(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}

test("the codec is the one that the header names, both ways, and it gets the context", () => {
  const contexts: unknown[] = [];
  const noting: Codec<string> = {
    name: "noting",
    encode: (value, context) => (contexts.push(context), texts.encode(value)),
    decode: (bytes, context) => (contexts.push(context), texts.decode(bytes)),
  };
  const three = byHeader([texts, noting, numbers]);
  expect(three.encode("a", named("texts"))).toEqual(a);
  expect(three.encode(7, named("numbers"))).toEqual(new Uint8Array([7]));
  expect(three.decode(a, named("numbers"))).toBe(0x61);
  expect(three.encode("a", named("noting"))).toEqual(a);
  expect(three.decode(a, named("noting"))).toBe("a");
  expect(contexts).toEqual([named("noting"), named("noting")]);
});

test("the last header of this name counts, and headers of other names do not", () => {
  const context = contextOf("a", [
    ["encoding", "numbers"],
    ["encoding", "texts"],
    ["Encoding", "numbers"],
    ["x", "numbers"],
  ]);
  expect(encoding.decode(a, context)).toBe("a");
});

test("the header may have another name", () => {
  const other = byHeader([texts, numbers], { header: "content-type" });
  const context = contextOf("a", [
    ["content-type", "numbers"],
    ["encoding", "texts"],
  ]);
  expect(other.decode(a, context)).toBe(0x61);
  expect(() => other.decode(a, named("texts"))).toThrow('the header "content-type", which names the codec, is missing');
});

test("a codec of any name is found, by all of its bytes", () => {
  const odd = { ...texts, name: "größe/☆" };
  expect(byHeader([odd, numbers]).decode(a, named("größe/☆"))).toBe("a");
  for (const near of ["text", "textss", "texts ", "Texts", "\ufefftexts", ""]) {
    expect(() => encoding.decode(a, named(near))).toThrow("texts, numbers; add one");
  }
  // What is no UTF-8 is no codec's name, not even of one that is called as such bytes are shown.
  const replacement = byHeader([{ ...texts, name: "\ufffd" }]);
  expect(() => replacement.decode(a, named(new Uint8Array([0xff])))).toThrow('the header "encoding" is "\ufffd"');
  expect(replacement.decode(a, named("\ufffd"))).toBe("a");
});

test("a record without the header, or with a name that is not known, has otherwise", () => {
  const open = byHeader([numbers], { otherwise: texts });
  for (const context of [contextOf("a"), named(null), named("texts"), named("xarray")]) {
    expect(open.decode(a, context)).toBe("a");
    expect(open.encode("a", context)).toEqual(a);
  }
  expect(open.decode(a, named("numbers"))).toBe(0x61);
  // The same codec may be named and be otherwise.
  expect(byHeader([texts], { otherwise: texts }).decode(a, contextOf("a"))).toBe("a");
});

test.each([
  [contextOf("a"), 'the header "encoding", which names the codec, is missing; known are texts, numbers'],
  [named(null), 'the header "encoding", which names the codec, is missing; known are texts, numbers'],
  [named("xarray"), 'the header "encoding" is "xarray", but the codecs are texts, numbers'],
  [named("x\ny"), 'the header "encoding" is "x\\ny", but the codecs are texts, numbers'],
  [named("x".repeat(9_999)), 'the header "encoding" is a text of 9999, but the codecs are texts, numbers'],
])("without otherwise the error says what the header is, what is known, and what to do", (context, message) => {
  for (const call of [() => encoding.encode("a", context), () => encoding.decode(a, context)]) {
    expect(caught(call)).toBeInstanceOf(CodecError);
    expect(caught(call)).toMatchObject({ code: "NO_CODEC", message: `${message}; add one, or give otherwise` });
  }
});

test("without a context there is an error that says what is missing", () => {
  for (const call of [() => encoding.encode("a"), () => encoding.decode(a)]) {
    expect(caught(call)).toMatchObject({ code: "NO_CONTEXT", message: expect.stringMatching(/^byHeader chooses/) });
  }
});

test("codecs may be any list, and later changes of it change nothing", () => {
  const list: Codec<string>[] = [texts];
  const fixed = byHeader(list);
  list.pop();
  expect(fixed.decode(a, named("texts"))).toBe("a");
  expect(byHeader(new Set([texts, numbers])).decode(a, named("numbers"))).toBe(0x61);
});

test("a producer encodes by the header that is sent, and tells the name of otherwise", async () => {
  const { producer, log } = producing();
  const options = { encoding: byHeader([numbers], { otherwise: texts }), encodingHeader: true };
  await producer.send(7, { ...options, headers: { encoding: "numbers" } });
  await producer.send("a", options);
  const sent = log.recordsOf("a").map(({ value, headers }) => [value, headers]);
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(sent).toEqual([
    [new Uint8Array([7]), [["encoding", utf8("numbers")]]],
    [a, [["encoding", utf8("texts")]]],
  ]);
});

test.each([
  [[undefined], "codecs must be a list of codecs, not undefined"],
  [[texts], "codecs must be a list of codecs, not a Object"],
  [["json"], 'codecs must be a list of codecs, not "json"'],
  [[[]], "codecs must be a list of at least one codec, not a list"],
  [[[texts, 5]], "codecs[1] must be a codec, such as json(), with encode and decode, not 5"],
  [
    [[texts, numbers, { ...numbers, name: "texts" }]],
    'codecs[2].name must be another name than those before it, not "texts"',
  ],
  [[[{ ...texts, name: undefined }]], "codecs[0].name must be a text without lone surrogates, not undefined"],
  [[[{ ...texts, name: "" }]], 'codecs[0].name must be a text without lone surrogates, not ""'],
  [[[{ ...texts, name: "\ud800" }]], 'codecs[0].name must be a text without lone surrogates, not "\\ud800"'],
  [[[texts], { header: "" }], 'header must be a header\'s name, text without lone surrogates, not ""'],
  [[[texts], { header: 5 }], "header must be a header's name, text without lone surrogates, not 5"],
  [[[texts], { otherwise: 5 }], "otherwise must be a codec, such as json(), with encode and decode, not 5"],
  [[[texts], null], "options must be an object, not null"],
])("arguments that make no sense are refused by name: %j", (args, message) => {
  const refused = caught(() => Reflect.apply(byHeader, undefined, args));
  expect(refused).toBeInstanceOf(DataQueueError);
  expect(refused).toMatchObject({ code: "INVALID_ARGUMENT", message });
});
