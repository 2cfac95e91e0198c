import { JonesMatrices } from "@dataqueues/schemas";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { python, PythonCounterpart } from "@dataqueues/tooling-python";
import { DataQueueAdmin, DataQueueConsumer, DataQueueProducer, Encoding } from "dataqueues";
import { beforeAll, expect, test } from "vitest";

const options = { encoding: Encoding.NPY, schema: JonesMatrices };

describeKafka("the gains of real-time calibration", ([server = ""]) => {
  // Creates Python's environment, if this is its first use.
  beforeAll(python, 600_000);

  test("are read from the address that receive addresses give, all others are refused, and Python gets them back", async () => {
    const block = `pb-test-20200425-${String(Date.now()).slice(-5)}`;
    const topic = `rcal-gains-${block}-science-1`;
    const returned = `rcal-gains-${block}-science-2`;
    await using admin = new DataQueueAdmin(server);
    await admin.createTopics([topic, returned]);
    await using rcal = await PythonCounterpart.start("jones_counterpart.py", [server]);
    const { value: offsets } = await rcal.request({ send: topic });

    const refused: bigint[] = [];
    const accepted: bigint[] = [];
    const onBadRecord = ({ offset = -1n }) => void refused.push(offset);
    await using consumer = new DataQueueConsumer(`kafka://${server}/${topic}`, {
      ...options,
      until: "end",
      onBadRecord,
    });
    await using producer = new DataQueueProducer(`kafka://${server}/${returned}`, options);
    for await (const { offset, value } of consumer) {
      accepted.push(offset);
      if (value !== null) await producer.send(value);
    }
    expect(accepted.map(Number)).toEqual(offsets);
    expect(refused).toHaveLength(11);
    const { value: problems } = await rcal.request({ compare: [topic, returned] });
    expect(problems).toEqual([]);
  });
});
