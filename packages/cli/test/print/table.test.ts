import { expect, test } from "vitest";

import { formatTable } from "../../src/print/table.ts";

test("columns are as wide as their widest cell, numbers end below each other, and no line ends with spaces", () => {
  const columns = [{ title: "topic" }, { title: "size", align: "right" }, { title: "note" }] as const;
  const rows = [
    ["電波", "1.5 MB", "x"],
    ["amplitude", "7 B", ""],
  ];
  expect(formatTable(columns, rows)).toBe(
    ["topic        size  note", "電波       1.5 MB  x", "amplitude     7 B", ""].join("\n"),
  );
});

test("styles take no room, cells that are missing are empty", () => {
  const columns = [{ title: "a" }, { title: "b" }];
  expect(formatTable(columns, [["\x1b[31mred\x1b[39m", "1"], ["x"]])).toBe("a    b\n\x1b[31mred\x1b[39m  1\nx\n");
});

test("a table without rows has its titles, one of many rows is no problem", () => {
  expect(formatTable([{ title: "a" }], [])).toBe("a\n");
  expect(
    formatTable(
      [{ title: "a" }],
      Array.from({ length: 300_000 }, () => ["x"]),
    ),
  ).toHaveLength(2 * 300_001);
});
