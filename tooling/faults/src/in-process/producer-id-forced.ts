import type { DataQueueEvent } from "@dataqueues/core";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, memory } from "dataqueues";

import type { Fault } from "../fault.ts";
import { brokenInLog } from "../judge-log.ts";
import { judgedCounts } from "../judged-counts.ts";
import { Ledger } from "../ledger.ts";
import { memoryLog } from "./memory-log.ts";

const batch = 10;

/**
 * The log has written a batch, its answer is lost, and then it disowns the producer: only a new producer id can go on,
 * under which nobody knows the batch. It is there twice, and an event has said so; nothing else is.
 */
export const producerIdForced: Fault = {
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
      // The first failure is the answer that was lost; the next try is refused.
      if (event.type === "retry" && event.request === "produce" && event.attempt === 0)
        log.faults.fail("OUT_OF_ORDER_SEQUENCE_NUMBER", { request: "produce", times: 1 });
    };
    const producer = new DataQueueProducer(log, { topic, onEvent, requestTimeoutMs: 50, retryBackoffMs: 1 });
    await using consumer = new DataQueueConsumer(log, { topics: [topic] });
    const ledger = new Ledger();
    const send = ledger.sender({ topic, send: (payload) => producer.send(payload) });
    const sendBatch = (): Promise<unknown> => Promise.all(Array.from({ length: batch }, send));
    await sendBatch();
    for (let cycle = 1; cycle <= context.cycles; cycle += 1) {
      log.faults.dropResponse({ request: "produce", times: 1 });
      await sendBatch();
      await sendBatch();
    }
    await producer.close();
    const verdict = await memoryLog(log).judge(ledger);
    let read = 0;
    for await (const { offset } of consumer) {
      read += 1;
      if (offset === BigInt(verdict.records - 1)) break;
    }
    const { duplicated } = verdict;
    const broken = brokenInLog({ ...verdict, duplicated: 0, examples: [] });
    if (resets !== context.cycles) broken.push(`${resets} events for ${context.cycles} forced producer ids`);
    if (duplicated !== resets * batch) broken.push(`${duplicated} duplicates, ${resets * batch} are explained`);
    if (read !== verdict.records) broken.push(`${read} of ${verdict.records} records were read`);
    return {
      fault: this.name,
      cycles: context.cycles,
      ...judgedCounts(ledger, verdict),
      notes: [
        `all ${duplicated} duplicates are of the ${resets} batches of ${batch} that producerIdentityReset told of`,
      ],
      broken,
    };
  },
};
