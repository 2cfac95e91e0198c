import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = join(import.meta.dirname, "../src/check-node.mjs");

/** What a process reports about its machine. */
interface Machine {
  readonly platform?: string;
  readonly arch?: string;
  readonly version?: string;
  /** The version of glibc; `null` means musl. */
  readonly glibc?: string | null;
}

/** Runs the check on this Node, made to look like another machine. */
function check({ platform = "linux", arch = "x64", version = "24.21.0", glibc = "2.36" }: Machine, ...args: string[]) {
  const report = `{ getReport: () => ({ header: { glibcVersionRuntime: ${JSON.stringify(glibc)} } }) }`;
  const properties = `{
    platform: { value: "${platform}" },
    arch: { value: "${arch}" },
    version: { value: "v${version}" },
    versions: { value: { ...process.versions, node: "${version}" } },
    report: { value: ${platform === "linux" ? report : "{}"} },
  }`;
  const pretence = `data:text/javascript,${encodeURIComponent(`Object.defineProperties(process, ${properties})`)}`;
  const { status, stderr } = spawnSync(process.execPath, ["--import", pretence, script, ...args], { encoding: "utf8" });
  return { status, stderr };
}

const content = { status: 0, stderr: "" };

test.each<Machine>([
  { version: "24.0.0" },
  { version: "26.10.0", arch: "s390x" },
  { platform: "win32" },
  { platform: "darwin", arch: "arm64" },
])("the scripts run on %o", (machine) => {
  expect(check(machine, "--before-install")).toEqual(content);
  expect(check(machine)).toEqual(content);
});

test.each([
  { platform: "win32", arch: "x64", way: "winget install OpenJS.NodeJS.LTS" },
  { platform: "darwin", arch: "arm64", way: "brew install node@24" },
  { platform: "darwin", arch: "x64", way: "brew install node@24" },
  { platform: "linux", arch: "ppc64", way: "nvm install 24" },
])(
  "Node 20 on $platform-$arch: the error says that Node 24 is needed and how to get it, before anything is installed",
  (machine) => {
    for (const args of [["--before-install"], []]) {
      const { status, stderr } = check({ ...machine, version: "20.20.2" }, ...args);
      expect(status).toBe(1);
      expect(stderr).toContain(`need Node 24 or later, and this is v20.20.2 on ${machine.platform}-${machine.arch}`);
      expect(stderr).toContain(machine.way);
    }
  },
);

test.each(["x64", "arm64"])(
  "Node 20 on linux-%s may install, as the install brings Node 24, but may not run the scripts",
  (arch) => {
    expect(check({ arch, version: "20.20.2" }, "--before-install")).toEqual(content);
    expect(check({ arch, version: "20.20.2" }).status).toBe(1);
  },
);

test("a Linux with musl is refused, whatever its Node", () => {
  const { status, stderr } = check({ glibc: null }, "--before-install");
  expect(status).toBe(1);
  expect(stderr).toContain("musl");
});
