import stringWidth from "string-width";
import { expect, test, vi } from "vitest";

import { fit } from "../../src/print/fit.ts";

vi.mock("string-width", async (importOriginal) => {
  const { default: real } = await importOriginal<{ readonly default: typeof stringWidth }>();
  return { default: vi.fn(real) };
});

test("a line that fits stays as it is, to the last column", () => {
  expect(fit("abc", 3)).toBe("abc");
  expect(fit("電波", 4)).toBe("電波");
  expect(fit("any", Infinity)).toBe("any");
});

test("a longer line is cut, with an ellipsis in the last column", () => {
  expect(fit("abcd", 3)).toBe("ab…");
  // Half of a wide character cannot be shown.
  expect(fit("電波望", 4)).toBe("電…");
  expect(fit("abcd", 1)).toBe("…");
  expect(fit("abcd", 0)).toBe("");
});

test("accents and families of emoji are not torn apart", () => {
  expect(fit("e\u0301e\u0301e\u0301", 2)).toBe("e\u0301…");
  expect(fit("👩‍👩‍👧👩‍👩‍👧", 3)).toBe("👩‍👩‍👧…");
});

test("styles take no columns, and are ended where a styled line is cut", () => {
  expect(fit("\x1b[31mabc\x1b[39m", 3)).toBe("\x1b[31mabc\x1b[39m");
  expect(fit("\x1b[31mabcd\x1b[39m", 3)).toBe("\x1b[31mab…\x1b[0m");
});

test("a text of many megabytes is not looked at to its end", () => {
  vi.mocked(stringWidth).mockClear();
  expect(fit("x".repeat(50_000_000), 10)).toBe("xxxxxxxxx…");
  const measured = vi.mocked(stringWidth).mock.calls.map(([text]) => text.length);
  expect(Math.max(...measured)).toBeLessThan(200);
});
