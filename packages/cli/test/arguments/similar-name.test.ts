import { expect, test } from "vitest";

import { similarName } from "../../src/arguments/similar-name.ts";

const topics = ["amplitude", "amplitude-2", "pointing", "x", "metrics.phase"];

test.for([
  ["amplitud", "amplitude"],
  ["Amplitude", "amplitude"],
  ["amplitude-3", "amplitude-2"],
  ["ponting", "pointing"],
  ["metrics-phase", "metrics.phase"],
  ["y", "x"],
  ["visibilities", undefined],
  ["amp", undefined],
  ["", "x"],
] as const)("%j most likely means %j", ([wanted, meant]) => {
  expect(similarName(wanted, topics)).toBe(meant);
});
