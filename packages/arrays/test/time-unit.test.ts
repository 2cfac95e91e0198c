import { expect, test } from "vitest";

import { descrToDtype, dtypeToDescr } from "../src/index.ts";

// What numpy 2.4 makes of numpy.dtype("M8[…]"): .str, or a TypeError.
test.each<readonly [string, string | null]>([
  ["Y/12", "[M]"],
  ["Y/4", "[3M]"],
  ["Y/13", "[4W]"],
  ["Y/26", "[2W]"],
  ["Y/73", "[5D]"],
  ["Y/365", "[D]"],
  ["Y/730", null],
  ["2Y/24", null],
  ["M/2", "[2W]"],
  ["M/4", "[W]"],
  ["M/15", "[2D]"],
  ["M/30", "[D]"],
  ["M/40", "[18h]"],
  ["M/720", "[h]"],
  ["M/7", null],
  ["W/7", "[D]"],
  ["W/14", "[12h]"],
  ["W/168", "[h]"],
  ["W/336", "[30m]"],
  ["W/10080", "[m]"],
  ["D/24", "[h]"],
  ["D/48", "[30m]"],
  ["D/1440", "[m]"],
  ["D/2880", "[30s]"],
  ["D/86400", "[s]"],
  ["D/7", null],
  ["h/30", "[2m]"],
  ["h/3600", "[s]"],
  ["h/7", null],
  ["m/60", "[s]"],
  ["m/120", "[500ms]"],
  ["m/60000", "[ms]"],
  ["m/7", null],
  ["s/1000", "[ms]"],
  ["s/2000", "[500us]"],
  ["s/1000000", "[us]"],
  ["s/3", null],
  ["ms/1000", "[us]"],
  ["ms/1000000", "[ns]"],
  ["us/500", "[2ns]"],
  ["ns/8", "[125ps]"],
  ["ps/1000", "[fs]"],
  ["ps/1000000", "[as]"],
  ["fs/1000", "[as]"],
  ["fs/2000", null],
  ["as/2", null],
  ["as/1", "[as]"],
  ["1000000s/1000", "[1000000ms]"],
  ["2147483s/1000", "[2147483ms]"],
  ["2147483647ms/1", "[2147483647ms]"],
  ["2147483647D", "[2147483647D]"],
  ["2147483648D", null],
  ["0D", "[0D]"],
  ["0D/24", "[0h]"],
  ["generic/1", ""],
  ["generic/2", null],
  ["3generic", ""],
  ["1s", "[s]"],
  ["\v5s", "[5s]"],
])("the unit %j is printed as %j", (unit, printed) => {
  if (printed === null) {
    expect(() => descrToDtype(`M8[${unit}]`)).toThrow(expect.objectContaining({ code: "dtype" }));
    return;
  }
  expect(dtypeToDescr(descrToDtype(`M8[${unit}]`))).toBe(`<M8${printed}`);
  expect(dtypeToDescr(descrToDtype(`>timedelta64[${unit}]`))).toBe(`>m8${printed}`);
});

test("a finer unit whose count overflows in numpy is refused", () => {
  // 2147483647 seconds are 4294967294 halves of one, but C's int ends at 2147483647.
  expect(() => descrToDtype("M8[2147483647s/2]")).toThrow(expect.objectContaining({ code: "dtype" }));
  expect(dtypeToDescr(descrToDtype("M8[2147483s/1]"))).toBe("<M8[2147483s]");
  // 2147483647 milliseconds are the most; numpy.dtype("M8[4294967s/2]") has 500 × 4294967.
  expect(dtypeToDescr(descrToDtype("M8[4294967s/2]"))).toBe("<M8[2147483500ms]");
  expect(() => descrToDtype("M8[4294968s/2]")).toThrow(expect.objectContaining({ code: "dtype" }));
  // Exactly the largest count.
  expect(dtypeToDescr(descrToDtype("M8[2147483647s/1000]"))).toBe("<M8[2147483647ms]");
});
