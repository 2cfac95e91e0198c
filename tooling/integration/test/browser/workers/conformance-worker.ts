/** Runs the promises of the transport contract in a Worker, through a gateway. */
import { transportCases } from "@dataqueues/testing";
import { websocket } from "@dataqueues/transport-websocket";

/** What became of one case: its name, and the error if it failed. */
export type CaseResult = readonly [name: string, error: string];

/** How many cases run at a time. A gateway lets a hundred viewers of one address in, and a case may be several. */
const atATime = 8;

async function runCases(url: string): Promise<CaseResult[]> {
  const cases = transportCases({ transport: () => websocket(url) });
  const results: CaseResult[] = [];
  const next = cases.entries();
  const runNext = async (): Promise<void> => {
    for (const [at, { name, run }] of next) {
      const error = await run().then(
        () => "",
        (thrown: unknown) => String(thrown),
      );
      results[at] = [name, error];
    }
  };
  await Promise.all(Array.from({ length: atATime }, runNext));
  return results;
}

Object.assign(globalThis, { runCases });
