import { expect, test } from "vitest";

import { limitApiVersions } from "../src/limit-api-versions.ts";

const table = { 3: 7, 18: 2 };

// ApiVersions in Kafka's protocol: correlation id 9, no error, then key, lowest and highest version of APIs 3, 13 (from 9
// on) and 18.
test("responses of versions 0 and 2 keep the table's APIs, up to the table's versions", () => {
  const apis = "0003 0000 000c 000d 0009 000a 0012 0000 0004";
  const kept = "0003 0000 0007 0012 0000 0002";
  expect(limited(`0000001c 00000009 0000 00000003 ${apis}`, 0)).toBe(flat(`00000016 00000009 0000 00000002 ${kept}`));
  expect(limited(`00000020 00000009 0000 00000003 ${apis} 00000005`, 2)).toBe(
    flat(`0000001a 00000009 0000 00000002 ${kept} 00000005`),
  );
});

test("so does a flexible response, without its tagged fields", () => {
  const apis = "0003 0000 000c 00 000d 0009 000a 00 0012 0000 0004 00";
  const kept = "0003 0000 0007 00 0012 0000 0002 00";
  const tags = "01 01 08 0000000000000007";
  expect(limited(`0000002b 00000009 0000 04 ${apis} 00000005 ${tags}`, 3)).toBe(
    flat(`0000001a 00000009 0000 03 ${kept} 00000005 00`),
  );
});

test("an API that the node has only in higher versions than the table is left out", () => {
  expect(limited("00000010 00000009 0000 00000001 0003 0009 000c", 0)).toBe(flat("0000000a 00000009 0000 00000000"));
});

function flat(spaced: string): string {
  return spaced.replaceAll(" ", "");
}

function limited(spaced: string, version: number): string {
  return limitApiVersions(Buffer.from(flat(spaced), "hex"), version, table).toString("hex");
}
