import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";

/** What a process has used since it began. */
export interface ProcessUsage {
  readonly cpuMs: number;
  /** Bytes that it read, from sockets above all. */
  readonly readBytes: number;
  /** Memory that is resident now, and the most that it was, in MB. */
  readonly megabytes: number;
  readonly peakMegabytes: number;
}

/** Milliseconds of a tick of `/proc/PID/stat`. */
const tickMs = 1_000 / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));

/** What Linux says of a process. Source: proc(5). */
export async function processUsage(pid: number): Promise<ProcessUsage> {
  const file = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, "utf8");
  const [stat, io, status] = await Promise.all([file("stat"), file("io"), file("status")]);
  // The second field is the program's name in brackets, which may have spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [userTicks, systemTicks] = [Number(fields[11]), Number(fields[12])];
  const number = (text: string, name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1]);
  return {
    cpuMs: (userTicks + systemTicks) * tickMs,
    readBytes: number(io, "rchar"),
    megabytes: number(status, "VmRSS") / 1_000,
    peakMegabytes: number(status, "VmHWM") / 1_000,
  };
}
