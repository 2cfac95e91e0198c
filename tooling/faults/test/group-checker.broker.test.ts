import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer, kafkajs } from "dataqueues";
import { expect, test } from "vitest";

import { brokenInGroup, checkGroups } from "../src/groups/group-checker.ts";
import type { GroupCheck } from "../src/groups/group-checker.ts";
import { Member } from "../src/groups/member.ts";
import { History } from "../src/history.ts";
import { waitUntil } from "../src/wait-until.ts";

const partitions = 2;
const perPartition = 400;

describeKafka("two members of aiokafka, of which one is killed", (servers) => {
  /** What the checker says of the group when the first member is killed in the middle of its work. */
  async function killed(commits: "handled" | "fetched"): Promise<GroupCheck> {
    const topic = `killed-${commits}`;
    await using admin = new DataQueueAdmin(kafkajs(servers));
    await admin.createTopics([[topic, partitions]], { configs: { "message.timestamp.type": "LogAppendTime" } });
    const directory = await mkdtemp(join(tmpdir(), "dataqueues-checker-"));
    const start = (name: string): Promise<Member> =>
      Member.startPython(name, {
        servers,
        topics: [topic],
        group: topic,
        commits,
        handleMs: 5,
        sessionTimeoutMs: 2_000,
        heartbeatIntervalMs: 200,
        autoCommitIntervalMs: 100,
        file: join(directory, `${name}.jsonl`),
      });
    await using one = await start("one");
    await using two = await start("two");
    const owners = (): number => [one, two].filter(({ owned }) => owned.size === 1).length;
    await waitUntil(() => owners() === 2, 30_000, "both members owning a partition");

    await using producer = new DataQueueProducer(kafkajs(servers), { topic });
    const history = new History();
    await Promise.all(
      Array.from({ length: partitions }, (_, partition) => {
        const send = history.sender({ topic, send: (payload) => producer.send(payload, { partition }) });
        return Promise.all(Array.from({ length: perPartition }, send));
      }),
    );
    await waitUntil(() => one.handled.length >= 100, 30_000, "work of the first member");
    await one.kill();
    // All that is left of the other's partition, and what it has to go on with: the last record is handled in any case.
    const last = (partition: number): boolean =>
      two.handled.some((each) => each.partition === partition && each.offset === perPartition - 1);
    const ends = [0, 1].filter((partition) => !one.handled.some((each) => each.partition === partition));
    await waitUntil(() => two.owned.size === partitions && ends.every(last), 30_000, "the second member taking over");
    if (commits === "handled") await waitUntil(() => [0, 1].every(last), 30_000, "the end of both partitions");
    await two.kill();
    const groups = [{ group: topic, members: [one.history(), two.history()] }];
    const { [topic]: found } = await checkGroups(servers, { topics: [topic], groups });
    await rm(directory, { recursive: true });
    if (found === undefined) throw new Error("the checker did not answer for the group");
    return found;
  }

  test("nothing is lost when they commit what they have handled", async () => {
    const found = await killed("handled");
    expect(brokenInGroup("g", found, 10_000)).toEqual([]);
    expect(found.handled - found.duplicated).toBe(partitions * perPartition);
  });

  test("the checker finds what is lost when they commit what they have fetched", async () => {
    const found = await killed("fetched");
    expect(found.lost).toBeGreaterThan(100);
    expect(found.committedUnhandled).toBeGreaterThan(0);
    expect(brokenInGroup("g", found, 10_000)[0]).toMatch(/^g: \d+ records were handled by nobody$/);
  });
});
