import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-error.ts";
import type { DefineTrial } from "./transport-cases.ts";
import { checkError } from "./refusals.ts";
import { produceOptions, recordOf } from "./requests.ts";

/** The limit of a log, at its edge and one byte beyond. */
export function largestValueCase(define: DefineTrial, largestValueBytes: number): ConformanceCase {
  return define("the largest value is written, one byte more is that batch's RECORD_TOO_LARGE", async (trial) => {
    const connection = await trial.open();
    const topic = await trial.topic(connection);
    const leader = await trial.leaderOf(connection, topic);
    const end = await trial.endOf(connection, topic);
    const batches = [largestValueBytes + 1, largestValueBytes].map((length) => ({
      topic,
      partition: 0,
      records: [recordOf("", { value: new Uint8Array(length) })],
      baseSequence: 0,
    }));
    const [over, largest] = await connection.produce(leader, batches, produceOptions);
    checkError(`a value of ${largestValueBytes + 1} bytes`, over?.error, "RECORD_TOO_LARGE");
    const what = `a value of ${largestValueBytes} bytes`;
    check(largest !== undefined && largest.error === undefined, `${what}: ${String(largest?.error)}`, largest?.error);
    const [found] = await trial.read(connection, topic, end, end + 1n);
    check(found?.value?.length === largestValueBytes, `${what} came back with ${found?.value?.length}`);
  });
}
