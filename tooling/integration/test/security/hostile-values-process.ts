import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Random, unless the environment names the one to repeat. */
export const seed = Number(process.env["DATAQUEUES_SEED"] ?? Date.now() % 2 ** 31);

/** What `hostile-values.ts` found: bad records by codec. In a process of its own, because memory that runs out cannot be caught. */
export async function attackConsumers(mutants: number, ...host: string[]): Promise<Record<string, number>> {
  const script = join(import.meta.dirname, "hostile-values.ts");
  const flags = ["--max-old-space-size=256", "--unhandled-rejections=strict", "--conditions=@dataqueues/source"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, script, `${seed}`, `${mutants}`, ...host], {
    timeout: 280_000,
  });
  const { bad }: { bad: Record<string, number> } = JSON.parse(stdout);
  return bad;
}
