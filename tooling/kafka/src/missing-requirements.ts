import { spawnSync } from "node:child_process";

/** What this machine lacks to start a broker, in words; nothing when all is there. */
export function missingRequirements(): string[] {
  return [...(javaVersion() >= 17 ? [] : ["Java 17 or later"]), ...(answers("mvn") ? [] : ["Maven"])];
}

function answers(program: string): boolean {
  return spawnSync(program, ["-v"], { stdio: "ignore" }).status === 0;
}

/** The major version; 8 and older say `1.8`, which is too old as well. */
function javaVersion(): number {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  return Number(/version "(\d+)/.exec(stderr ?? "")?.[1] ?? 0);
}
