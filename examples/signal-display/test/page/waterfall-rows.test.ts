import { expect, test } from "vitest";

import { WaterfallRows, waterfallSeconds } from "../../src/page/waterfall-rows.ts";

const start = Date.UTC(2026, 10, 27, 12, 0, 0);
const second = 1000;

function column(rows: WaterfallRows, seconds: number): number[] {
  return Array.from({ length: seconds }, (_value, ago) => rows.valueAt(ago, 0));
}

test("rows stand at their time, the newest first", () => {
  const rows = new WaterfallRows(2);
  for (let at = 0; at < 3; at += 1) rows.add(start + at * second, Float32Array.of(at, 10 + at));
  expect(column(rows, 4)).toEqual([2, 1, 0, NaN]);
  expect(rows.valueAt(1, 1)).toBe(11);
  expect(rows.newestTime).toBe(start + 2 * second);
});

test("only the last five minutes are kept, round the end of the ring", () => {
  const rows = new WaterfallRows(1);
  const many = waterfallSeconds + 100;
  for (let at = 0; at < many; at += 1) rows.add(start + at * second, Float32Array.of(at));
  expect(column(rows, waterfallSeconds)).toEqual(
    Array.from({ length: waterfallSeconds }, (_value, ago) => many - 1 - ago),
  );
  expect(rows.valueAt(waterfallSeconds, 0)).toBeNaN();
});

test("where rows are missing for long there is a gap, and old rows do not come back", () => {
  const rows = new WaterfallRows(1);
  for (let at = 0; at < waterfallSeconds; at += 1) rows.add(start + at * second, Float32Array.of(at));
  rows.add(start + (waterfallSeconds + 9) * second, Float32Array.of(1000));
  expect(column(rows, 12)).toEqual([1000, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN, 299, 298]);
  rows.add(start + 100 * waterfallSeconds * second, Float32Array.of(7));
  expect(column(rows, waterfallSeconds)).toEqual([7, ...Array.from({ length: waterfallSeconds - 1 }, () => NaN)]);
});

test("a row that is a little late leaves no gap", () => {
  const rows = new WaterfallRows(1);
  rows.add(start + 900, Float32Array.of(1));
  rows.add(start + 2100, Float32Array.of(2));
  rows.add(start + 4000, Float32Array.of(4));
  expect(column(rows, 6)).toEqual([4, 2, 2, 1, 1, NaN]);
});

test("rows that come each four seconds hold until the next", () => {
  const rows = new WaterfallRows(1);
  for (let at = 0; at < 6; at += 1) rows.add(start + at * 4 * second, Float32Array.of(at));
  expect(column(rows, 9)).toEqual([5, 4, 4, 4, 4, 3, 3, 3, 3]);
});

test("a history goes under what is there, and does not cover it", () => {
  const rows = new WaterfallRows(1);
  rows.add(start + 10 * second, Float32Array.of(10));
  for (let at = 7; at <= 10; at += 1) rows.add(start + at * second, Float32Array.of(100 + at));
  expect(column(rows, 5)).toEqual([110, 109, 108, 107, NaN]);
  expect(rows.newestTime).toBe(start + 10 * second);
});

test("of two rows in one second the newer one stays", () => {
  const rows = new WaterfallRows(1);
  rows.add(start + 300, Float32Array.of(1));
  rows.add(start + 900, Float32Array.of(2));
  rows.add(start + 500, Float32Array.of(3));
  expect(column(rows, 2)).toEqual([2, NaN]);
  rows.add(start + second, Float32Array.of(4));
  rows.add(start + 999, Float32Array.of(5));
  expect(column(rows, 2)).toEqual([4, 2]);
});

test("an older row that comes late does not cover the ones after it", () => {
  const rows = new WaterfallRows(1);
  for (const at of [5, 4, 6]) rows.add(start + at * second, Float32Array.of(at));
  expect(column(rows, 4)).toEqual([6, 5, 4, NaN]);
});

test("a row that is too old is left out", () => {
  const rows = new WaterfallRows(1);
  rows.add(start, Float32Array.of(1));
  rows.add(start - waterfallSeconds * second, Float32Array.of(2));
  expect(column(rows, waterfallSeconds).filter((value) => !Number.isNaN(value))).toEqual([1]);
});

test("it says which slots have changed since it was asked", () => {
  const rows = new WaterfallRows(1);
  rows.add(start, Float32Array.of(1));
  expect(rows.takeChanged()).toEqual([rows.newestSlot]);
  expect(rows.takeChanged()).toEqual([]);
  rows.add(start + 10 * second, Float32Array.of(2));
  expect(rows.takeChanged()).toHaveLength(10);
});

test("a row of more or fewer channels changes no other row", () => {
  const rows = new WaterfallRows(2);
  rows.add(start, Float32Array.of(1, 1));
  rows.add(start + second, Float32Array.of(2, 2, 9, 9));
  rows.add(start + 2 * second, Float32Array.of(3));
  expect(rows.valueAt(2, 0)).toBe(1);
  expect(rows.valueAt(0, 0)).toBe(3);
});
