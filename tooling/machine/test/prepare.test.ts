import { expect, test } from "vitest";

import { howToGet } from "../src/how-to-get.ts";
import type { Machine } from "../src/how-to-get.ts";
import { prepare } from "../src/prepare.ts";
import { requirements } from "../src/requirements.ts";
import type { Requirement } from "../src/requirements.ts";

const machines = {
  "root on Debian": { platform: "linux", hasApt: true, isRoot: true },
  "a user on Debian": { platform: "linux", hasApt: true, isRoot: false },
  "root on Fedora": { platform: "linux", hasApt: false, isRoot: true },
  macOS: { platform: "darwin", hasApt: false, isRoot: false },
  Windows: { platform: "win32", hasApt: false, isRoot: false },
} as const satisfies Record<string, Machine>;

/** A machine without Java and Maven, whose apt-get offers the named packages. */
function withoutJava(packages: readonly string[]) {
  const calls: string[] = [];
  const installed = new Set<string>();
  const aptGet = (...args: string[]): void => {
    calls.push(args.join(" "));
    if (args[0] !== "install") return;
    const wanted = args.filter((each) => !each.startsWith("-")).slice(1);
    if (wanted.some((each) => !packages.includes(each)))
      throw new Error(`E: Unable to locate package ${wanted.join(" ")}`);
    for (const each of wanted) installed.add(each);
  };
  const of = ({ debian, ...rest }: Requirement): Requirement => ({
    ...rest,
    debian,
    isThere: () => debian.flat().some((each) => installed.has(each)),
  });
  return { needed: [of(requirements.java), of(requirements.maven)], aptGet, calls };
}

test("root on Debian gets Java 17 and Maven, without recommended packages", () => {
  const { needed, aptGet, calls } = withoutJava(["openjdk-17-jre-headless", "maven"]);
  expect(prepare(needed, machines["root on Debian"], aptGet)).toEqual([]);
  expect(calls).toEqual([
    "update",
    "install -y --no-install-recommends openjdk-17-jre-headless",
    "install -y --no-install-recommends maven",
  ]);
});

test("without a package of Java 17 the system's default Java is installed", () => {
  const { needed, aptGet, calls } = withoutJava(["default-jre-headless", "maven"]);
  expect(prepare(needed, machines["root on Debian"], aptGet)).toEqual([]);
  expect(calls).toContain("install -y --no-install-recommends default-jre-headless");
});

test("if nothing is missing, nothing is installed and the package lists are not updated", () => {
  const { needed, aptGet, calls } = withoutJava(["openjdk-17-jre-headless", "maven"]);
  prepare(needed, machines["root on Debian"], aptGet);
  const before = calls.length;
  expect(prepare(needed, machines["root on Debian"], aptGet)).toEqual([]);
  expect(calls).toHaveLength(before);
});

test("what apt-get cannot install is reported, and the rest is installed", () => {
  const { needed, aptGet } = withoutJava(["maven"]);
  expect(prepare(needed, machines["root on Debian"], aptGet)).toEqual([
    "Java 17 or later is missing, so Apache Kafka cannot be tested. To get it: " +
      "apt-get install openjdk-17-jre-headless (or default-jre-headless)",
  ]);
});

test.each(["a user on Debian", "root on Fedora", "macOS", "Windows"] as const)(
  "for %s nothing is installed, and everything that is missing is reported",
  (machine) => {
    const { needed, aptGet, calls } = withoutJava(["openjdk-17-jre-headless", "maven"]);
    const told = prepare(needed, machines[machine], aptGet);
    expect(calls).toEqual([]);
    const [maven, java, ...others] = told.toReversed();
    expect(java).toMatch(/^Java 17 or later is missing, so Apache Kafka cannot be tested. To get it: ./);
    expect(maven).toMatch(/^Maven is missing, so Apache Kafka cannot be tested. To get it: ./);
    expect(others).toEqual(machine === "Windows" ? [expect.stringContaining("run it in WSL")] : []);
  },
);

test.each([
  ["root on Debian", "apt-get install python3 python3-venv"],
  ["a user on Debian", "sudo apt-get install python3 python3-venv"],
  ["root on Fedora", "install Python 3.11 or later with its venv module with the packages of this system"],
  ["macOS", "brew install python@3.13"],
  ["Windows", "in WSL"],
] as const)("%s is told: %s", (machine, way) => {
  expect(howToGet(requirements.python, machines[machine])).toContain(way);
});
