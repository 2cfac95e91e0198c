import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Random, unless DATAQUEUES_SEED repeats a run. */
export const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

/**
 * Runs `hostile-values-process.ts`, in a process of its own because running out of memory cannot be caught. Returns the number
 * of bad records by codec.
 */
export async function attackConsumers(mutants: number, ...host: string[]): Promise<Record<string, number>> {
  const script = join(import.meta.dirname, "hostile-values-process.ts");
  const flags = ["--max-old-space-size=256", "--unhandled-rejections=strict", "--conditions=@dataqueues/source"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, `${seed}`, `${mutants}`, ...host], {
    timeout: 280_000,
  });
  const { bad }: { bad: Record<string, number> } = JSON.parse(stdout);
  return bad;
}
