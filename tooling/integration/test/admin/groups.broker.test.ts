import { runJava, startGroupMember, startKafka } from "@dataqueues/tooling-kafka";
import type { GroupMember, Kafka } from "@dataqueues/tooling-kafka";
import { describeKafka } from "@dataqueues/tooling-kafka/vitest";
import { DataQueueAdmin, DataQueueProducer } from "dataqueues";
import { Kafka as KafkaOfKafkajs, logLevel } from "kafkajs";
import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { consumerGroupsTool } from "./consumer-groups-tool.ts";
import type { Row } from "./consumer-groups-tool.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

const noon = Date.UTC(2026, 9, 1, 12);

/** The members of these tests: their groups, their clients, and the protocol that each group has. */
const clients = [
  { group: "java", client: "java", type: "classic", settings: { "client.id": "java-1" } },
  {
    group: "java-static",
    client: "java",
    type: "classic",
    settings: {
      "client.id": "java-2",
      "group.instance.id": "dish-1",
      "session.timeout.ms": 3_000,
      "heartbeat.interval.ms": 500,
    },
  },
  { group: "java-consumer", client: "java", type: "consumer", settings: { "group.protocol": "consumer" } },
  { group: "librdkafka", client: "librdkafka", type: "classic", settings: { "client.id": "librdkafka-1" } },
  { group: "aiokafka", client: "aiokafka", type: "classic", settings: { assignor: "range" } },
] as const;

for (const version of ["4.4.0", "3.9.1"] as const) {
  describeKafka(`groups that an admin of Apache Kafka ${version} looks after`, () => {
    // Kafka 3.9 has no consumer groups.
    const tested = clients.filter(({ type }) => version === "4.4.0" || type === "classic");
    const groups = tested.map(({ group }) => group);
    let kafka: Kafka;
    let admin: DataQueueAdmin;

    beforeAll(async () => {
      // For share groups, on a single broker.
      const topic = "share.coordinator.state.topic";
      const properties = { [`${topic}.replication.factor`]: "1", [`${topic}.min.isr`]: "1" };
      kafka = await startKafka({ version, properties });
      admin = new DataQueueAdmin(kafka.bootstrapServers);
    });
    afterAll(async () => {
      await admin.close();
      await kafka.stop();
    });

    const tool = (...args: string[]): Promise<Row[]> => consumerGroupsTool(kafka.bootstrapServers, ...args);

    /** Sends records of consecutive minutes to a partition. */
    async function send(topic: string, partition: number, count: number): Promise<void> {
      await using producer = new DataQueueProducer(kafka.bootstrapServers, { topic });
      for (let minute = 0; minute < count; minute += 1) {
        void producer.send(Uint8Array.of(minute), { partition, timestamp: noon + minute * 60_000 });
      }
      await producer.flush();
    }

    /** What our admin says of a group's offsets, as the tool writes it. */
    async function offsetRows(group: string, topic: string): Promise<string[][]> {
      const offsets = await admin.groupOffsets(group, topic);
      return offsets.map((one) =>
        [group, one.topic, one.partition, one.offset ?? "-", one.end, one.lag ?? "-"].map(String),
      );
    }

    const rowsOf = (rows: readonly Row[], ...columns: string[]): string[][] =>
      rows.map((row) => columns.map((column) => row[column] ?? "")).sort();
    const offsetColumns = ["GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG"];

    test("nothing is known of groups in a new cluster, and that is no error but for a group that is to be described", async () => {
      expect(await admin.groupOffsets("nobody")).toEqual([]);
      expect(await admin.listGroups()).toEqual([]);
      expect(await admin.deleteGroups(["nobody", "no one"])).toEqual([]);
      await expect(admin.describeGroups("nobody")).rejects.toMatchObject({
        code: "GROUP_ID_NOT_FOUND",
        message: expect.stringMatching(/^cannot describe group nobody: Describing group nobody: GROUP_ID_NOT_FOUND/u),
      });
    });

    test("states, members, offsets and lag are those that Kafka's own tool tells, with members and without", async () => {
      const topic = "beams";
      await admin.createTopics([[topic, 4]]);
      for (const [partition, count] of [10, 5, 1].entries()) await send(topic, partition, count);
      const { bootstrapServers } = kafka;
      const members: GroupMember[] = [];
      await using stack = new AsyncDisposableStack();
      for (const { client, group, settings } of tested) {
        members.push(stack.use(await startGroupMember(client, { bootstrapServers, group, topic, settings })));
      }
      // Clients commit when they like to, at the latest after 5 s; librdkafka not for the partition without records.
      const committed = async (): Promise<string[]> => {
        for (const member of members) member.check();
        const offsets = await Promise.all(groups.map((group) => admin.groupOffsets(group)));
        return offsets.map((one) => one.map(({ offset }) => String(offset)).join(" "));
      };
      const all = groups.map(() => expect.stringMatching(/^10 5 1( 0)?$/u));
      await expect.poll(committed, { timeout: 90_000 }).toEqual(all);

      const described = await admin.describeGroups(groups);
      expect(described.map(({ group, type }) => ({ group, type }))).toEqual(
        tested.map(({ group, type }) => ({ group, type })),
      );
      const states = described.map(({ group, coordinator, assignor, state, members: { length } }) => {
        return [group, `${bootstrapServers[0]}  (${coordinator})`, assignor, state, String(length)];
      });
      const stateColumns = ["GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS"];
      expect(states.sort()).toEqual(rowsOf(await tool("--describe", "--all-groups", "--state"), ...stateColumns));
      const own = described.flatMap(({ group, members }) =>
        members.map(({ memberId, instanceId = "", clientId, host, assignment }) => {
          const partitions = assignment.map(([, partition]) => partition).sort();
          return [group, memberId, instanceId, host, clientId, `${topic}:${partitions.join(",")}`];
        }),
      );
      const memberColumns = ["GROUP", "CONSUMER-ID", "GROUP-INSTANCE-ID", "HOST", "CLIENT-ID", "CURRENT-ASSIGNMENT"];
      const toolMembers = await tool("--describe", "--all-groups", "--members", "--verbose");
      expect(own.sort()).toEqual(rowsOf(toolMembers, ...memberColumns));
      expect(own).toHaveLength(tested.length);

      const listed = await admin.listGroups();
      expect(listed.map(({ group }) => group)).toEqual([...groups].sort());
      const ofList = listed.map(({ group, state = "" }) => [group, state]);
      expect(ofList).toEqual(rowsOf(await tool("--list", "--state"), "GROUP", "STATE"));
      const types = listed.map(({ group, type = "" }) => [group, type]);
      expect(types).toEqual(
        rowsOf(await tool("--list", "--type"), "GROUP", "TYPE").map(([group, type]) => [group, type?.toLowerCase()]),
      );

      const offsets = async (): Promise<string[][]> =>
        (await Promise.all(groups.map((group) => offsetRows(group, topic)))).flat().sort();
      expect(await offsets()).toEqual(rowsOf(await tool("--describe", "--all-groups"), ...offsetColumns));

      // A group with members is left alone.
      for (const group of groups) {
        await expect(admin.resetOffsets(group, "earliest")).rejects.toMatchObject({
          name: "TransportError",
          code: "NON_EMPTY_GROUP",
          message: `cannot reset offsets of group ${group}: it has members. Stop them, or wait until their sessions are over, and call again`,
        });
        await expect(admin.deleteGroups([group, "nobody"])).rejects.toMatchObject({
          code: "NON_EMPTY_GROUP",
          message: expect.stringContaining(`cannot delete group ${group}: `),
        });
      }
      expect(await committed()).toEqual(all);

      await Promise.all(members.map((member) => member.stop()));
      const isEmpty = async (): Promise<string[]> => (await admin.describeGroups(groups)).map(({ state }) => state);
      await expect.poll(isEmpty, { timeout: 60_000 }).toEqual(groups.map(() => "Empty"));
      expect((await admin.describeGroups(groups)).flatMap(({ members: left }) => left)).toEqual([]);
      await send(topic, 0, 3);
      await send(topic, 3, 2);
      for (const group of groups) await admin.resetOffsets(group, [[topic, 1, 1]]);
      // The tool leaves out partitions without an offset when nobody owns them, as we do when no topic is named.
      const toolOffsets = rowsOf(await tool("--describe", "--all-groups"), ...offsetColumns);
      expect((await offsets()).filter(([, , , offset]) => offset !== "-")).toEqual(toolOffsets);
      expect(toolOffsets.filter(([, , , , , lag]) => lag === "3")).toHaveLength(groups.length);

      expect(await admin.deleteGroups(["nobody", ...groups])).toEqual(groups);
      expect(await admin.listGroups()).toEqual([]);
      expect(await committed()).toEqual(groups.map(() => ""));
    });

    test("offsets are reset to where Kafka's own tool resets them, also beyond the ends", async () => {
      const topic = "gains";
      await admin.createTopics([[topic, 3]], { configs: { "retention.ms": "-1" } });
      for (const [partition, count] of [10, 5].entries()) await send(topic, partition, count);
      await admin.deleteRecords([[topic, 0, 2]]);
      expect(await admin.resetOffsets("resetter", "latest", topic)).toHaveLength(3);

      const partitions = [0, 1, 2];
      const to = (offset: number) => partitions.map((partition) => [topic, partition, offset] as const);
      const cases = [
        [["--to-earliest"], "earliest", [2, 0, 0]],
        [["--to-latest"], "latest", [10, 5, 0]],
        [["--to-datetime", "2026-10-01T12:03:00.001Z"], new Date(noon + 180_001), [4, 4, 0]],
        [["--to-datetime", "2026-10-01T12:04:00.001Z"], new Date(noon + 240_001), [5, 5, 0]],
        [["--to-datetime", "2026-10-01T11:00:00.000Z"], new Date(noon - 3_600_000), [2, 0, 0]],
        [["--to-offset", "4"], to(4), [4, 4, 0]],
        [["--to-offset", "1"], to(1), [2, 1, 0]],
        [["--to-offset", "100"], to(100), [10, 5, 0]],
      ] as const;
      for (const [args, target, expected] of cases) {
        const dryRun = await tool("--reset-offsets", "--group", "resetter", "--all-topics", "--dry-run", ...args);
        const places = (await admin.resetOffsets("resetter", target)).map((one) => Object.values(one).map(String));
        expect(places).toEqual(rowsOf(dryRun, "TOPIC", "PARTITION", "NEW-OFFSET"));
        expect(places.map(([, , offset]) => Number(offset))).toEqual(expected);
      }
      const described = rowsOf(await tool("--describe", "--group", "resetter"), ...offsetColumns);
      expect(described).toEqual(await offsetRows("resetter", topic));
      // Only what is named changes.
      await admin.resetOffsets("resetter", [[topic, 1, 3n]]);
      await admin.resetOffsets("resetter", "earliest", [[topic, 0]]);
      expect((await admin.groupOffsets("resetter")).map(({ offset }) => offset)).toEqual([2n, 3n, 0n]);
      expect(await admin.deleteGroups("resetter")).toEqual(["resetter"]);
    });

    test("a group that does not exist yet gets offsets, and its members begin there", async () => {
      const topic = "spectra";
      await admin.createTopics([[topic, 4]], { configs: { "retention.ms": "-1" } });
      for (const partition of [0, 1, 2, 3]) await send(topic, partition, 10);
      const reset = await admin.resetOffsets("beginner", [
        [topic, 0, 7],
        [topic, 1, "latest"],
        [topic, 2, new Date(noon + 500_000)],
        [topic, 3, 9n],
      ]);
      expect(reset.map(({ offset }) => offset)).toEqual([7n, 10n, 9n, 9n]);
      const { bootstrapServers } = kafka;
      await using member = await startGroupMember("java", { bootstrapServers, group: "beginner", topic });
      const read = (): string[] =>
        member.lines.flatMap((line) => (line.event === "record" ? [`${line.partition} ${line.offset}`] : [])).sort();
      await expect.poll(read, { timeout: 60_000 }).toHaveLength(5);
      await member.stop();
      expect(read()).toEqual(["0 7", "0 8", "0 9", "2 9", "3 9"]);
      expect((await admin.groupOffsets("beginner")).map(({ lag }) => lag)).toEqual([0n, 0n, 0n, 0n]);
    });

    test("an offset counts once its transaction is committed; the end is before an open transaction", async () => {
      const topic = "ledger";
      await admin.createTopics([topic]);
      await send(topic, 0, 5);
      await admin.resetOffsets("accountant", [[topic, 0, 2]]);
      const client = new KafkaOfKafkajs({ brokers: [...kafka.bootstrapServers], logLevel: logLevel.NOTHING });
      const producer = client.producer({ transactionalId: topic, maxInFlightRequests: 1 });
      await producer.connect();
      try {
        const transaction = await producer.transaction();
        await transaction.send({ topic, messages: [{ value: "a" }, { value: "b" }] });
        const topics = [{ topic, partitions: [{ partition: 0, offset: "5" }] }];
        await transaction.sendOffsets({ consumerGroupId: "accountant", topics });
        const place = { topic, partition: 0 };
        expect(await admin.groupOffsets("accountant")).toEqual([{ ...place, offset: 2n, end: 5n, lag: 3n }]);
        // The tool counts records of open transactions as well.
        const describe = async (): Promise<string[][]> =>
          rowsOf(await tool("--describe", "--group", "accountant"), ...offsetColumns);
        expect(await describe()).toEqual([["accountant", topic, "0", "2", "7", "5"]]);
        await transaction.commit();
        // The mark of the transaction has an offset too.
        const after = [{ ...place, offset: 5n, end: 8n, lag: 3n }];
        await expect.poll(() => admin.groupOffsets("accountant"), { timeout: 20_000 }).toEqual(after);
        expect(await describe()).toEqual(await offsetRows("accountant", topic));
      } finally {
        await producer.disconnect();
      }
    });

    // Kafka 3.9 has none.
    if (version === "4.4.0")
      test("a share group is listed and deleted, but not described", async () => {
        await admin.createTopics(["shared"]);
        const consumer = "org.apache.kafka.tools.consumer.ConsoleShareConsumer";
        const [server = ""] = kafka.bootstrapServers;
        const args = ["--bootstrap-server", server, "--topic", "shared", "--group", "sharers", "--timeout-ms", "2000"];
        await runJava(consumer, args);
        const listed = (await admin.listGroups()).filter(({ group }) => group === "sharers");
        expect(listed).toEqual([{ group: "sharers", type: "share", protocolType: "share", state: "Empty" }]);
        await expect(admin.describeGroups("sharers")).rejects.toMatchObject({
          code: "GROUP_ID_NOT_FOUND",
          message: expect.stringContaining("Group sharers is not a classic group"),
        });
        expect(await admin.deleteGroups("sharers")).toEqual(["sharers"]);
      });

    test("what does not exist is an error that names the group, and changes nothing", async () => {
      await admin.createTopics(["weights"]);
      const code = "UNKNOWN_TOPIC_OR_PARTITION";
      await expect(admin.groupOffsets("nobody", "nowhere")).rejects.toMatchObject({
        code,
        message: expect.stringContaining("cannot show offsets of group nobody in topic nowhere: "),
      });
      await expect(admin.resetOffsets("nobody", "latest", ["weights", ["weights", 1]])).rejects.toMatchObject({
        code,
        message: expect.stringContaining("cannot reset offsets of group nobody in weights[1]: "),
      });
      await expect(admin.resetOffsets("nobody", "latest")).rejects.toMatchObject({ code: "INVALID_ARGUMENT" });
      expect((await admin.listGroups()).map(({ group }) => group)).not.toContain("nobody");
      expect(await admin.groupOffsets("nobody", "weights")).toEqual([
        { topic: "weights", partition: 0, offset: undefined, end: 0n, lag: undefined },
      ]);
    });
  });
}
