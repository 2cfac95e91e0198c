import type { DataQueueEvent } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";

import type { Nemesis } from "../nemesis.ts";
import { brokenInLog, checkedCounts } from "../checker.ts";
import { History } from "../history.ts";
import { memoryLog } from "../log-under-test.ts";

const batch = 10;

/**
 * The log writes a batch, the response is lost, and the log refuses the producer's sequence after that. The producer has
 * to continue under a new producer id, under which the log does not recognise the batch. So exactly this batch is in the
 * log twice, and an event reports it.
 */
export const producerIdForced: Nemesis = {
  name: "producer-id-forced",
  cycles: { gate: 20, usual: 200, long: 2_000 },
  async run(context) {
    const log = memory();
    const topic = this.name;
    await using admin = new DataQueueAdmin(log);
    await admin.createTopics([topic]);
    let resets = 0;
    const onEvent = (event: DataQueueEvent): void => {
      if (event.type === "producerIdentityReset") resets += 1;
      // The first attempt failed because its response was lost. The second one is refused.
      if (event.type === "retry" && event.request === "produce" && event.attempt === 0)
        log.faults.fail("OUT_OF_ORDER_SEQUENCE_NUMBER", { request: "produce", times: 1 });
    };
    const producer = new DataQueueProducer(log, { topic, onEvent, requestTimeoutMs: 50, retryBackoffMs: 1 });
    await using consumer = new DataQueueConsumer(log, { topics: [topic] });
    const history = new History();
    const send = history.sender({ topic, send: (payload) => producer.send(payload) });
    const sendBatch = (): Promise<unknown> => Promise.all(Array.from({ length: batch }, send));
    await sendBatch();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      log.faults.dropResponse({ request: "produce", times: 1 });
      await sendBatch();
      await sendBatch();
    }
    await producer.close();
    const checked = await memoryLog(log).check(history);
    let read = 0;
    for await (const { offset } of consumer) {
      read += 1;
      if (offset === BigInt(checked.records - 1)) break;
    }
    const { duplicated } = checked;
    const broken = brokenInLog({ ...checked, duplicated: 0, examples: [] });
    if (resets !== context.cycles)
      broken.push(`${resets} producerIdentityReset events for ${context.cycles} forced producer ids`);
    if (duplicated !== resets * batch)
      broken.push(`${duplicated} duplicates, of which the events explain ${resets * batch}`);
    if (read !== checked.records) broken.push(`${read} of ${checked.records} records were read`);
    return {
      nemesis: this.name,
      cycles: context.cycles,
      ...checkedCounts(history, checked),
      notes: [
        `all ${duplicated} duplicates are in the ${resets} batches of ${batch} that producerIdentityReset reported`,
      ],
      broken,
    };
  },
};
