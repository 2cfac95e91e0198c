/**
 * Groups: how more processes add up, how long a change of members takes beside Java's client and librdkafka, and what a full stop
 * costs. All in one run.
 */
import { parseArgs } from "node:util";

import { startKafka } from "@dataqueues/tooling-kafka";

import { benchedClients } from "./groups/members.ts";
import type { BenchedClient, BenchedProtocol } from "./groups/members.ts";
import { measureRebalances } from "./groups/rebalance.ts";
import type { Rebalance, Rebalances } from "./groups/rebalance.ts";
import { measureResume } from "./groups/resume.ts";
import { measureRate } from "./groups/scaling.ts";
import type { Work } from "./groups/scaling.ts";
import { date, formatNumber, processor, writeReport } from "./report.ts";
import { median } from "./timing.ts";

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    /** Something to say about the machine, such as what else runs on it. */
    note: { type: "string", default: "" },
  },
});
const rounds = Number(options.rounds);
const protocols: readonly BenchedProtocol[] = ["consumer", "classic, cooperative-sticky"];
const names: Readonly<Record<BenchedClient, string>> = {
  dataqueues: "dataqueues",
  java: "Java",
  librdkafka: "librdkafka",
};

// The session of the members that are killed, instead of 45 s. Heartbeats of a group of KIP-848 stay at their 5 s.
await using kafka = await startKafka({ properties: { "group.consumer.session.timeout.ms": "6000" } });
const { bootstrapServers } = kafka;

async function scaling(): Promise<string> {
  const works: readonly Work[] = [
    { milliseconds: 5, busy: false },
    { milliseconds: 5, busy: true },
  ];
  const rows: string[] = [];
  for (const work of works) {
    const rates = new Map<number, number[]>([1, 2, 4].map((processes) => [processes, []]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [processes, all] of rates) {
        all.push(await measureRate(bootstrapServers, processes, work));
        console.log(`${processes} processes, ${work.busy ? "computing" : "waiting"}: ${all.at(-1)} per second`);
      }
    }
    const single = median(rates.get(1) ?? []);
    const what = `${work.busy ? "computes" : "waits"} for ${work.milliseconds} ms`;
    for (const [processes, all] of rates) {
      const rate = median(all);
      const linear = (rate / single / processes).toFixed(2);
      rows.push(`| ${what} | ${processes} | ${formatNumber(rate)} | ${(rate / single).toFixed(2)} | ${linear} |`);
    }
  }
  const head = "| each record | processes | records per second | one process = 1 | of linear |\n|---|---|---|---|---|";
  return [head, ...rows].join("\n");
}

async function rebalances(heartbeatMs: number | undefined): Promise<string> {
  const measured = new Map<string, Rebalances[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const protocol of protocols) {
      for (const client of benchedClients) {
        const figures = await measureRebalances(bootstrapServers, client, protocol, heartbeatMs);
        console.log(`${client}, ${protocol}, ${heartbeatMs ?? "defaults"}: ${JSON.stringify(figures)}`);
        const name = `| ${protocol} | ${names[client]} |`;
        measured.set(name, [...(measured.get(name) ?? []), figures]);
      }
    }
  }
  const cell = (all: readonly Rebalances[], change: keyof Rebalances): string => {
    const seconds = (figure: keyof Rebalance): string => {
      const value = median(all.map((one) => one[change][figure])) / 1_000;
      return Number.isNaN(value) ? "not in 15" : value.toFixed(1);
    };
    return `${seconds("settledMs")}, ${seconds("stallMs")}`;
  };
  const rows = [...measured].map(([name, all]) => {
    return `${name} ${cell(all, "joins")} | ${cell(all, "leaves")} | ${cell(all, "restarts")} |`;
  });
  return ["| protocol | members | one joins | one leaves | one is restarted |", "|---|---|---|---|---|", ...rows].join(
    "\n",
  );
}

async function resumes(): Promise<string> {
  const rows: string[] = [];
  for (const protocol of protocols) {
    for (const signal of ["SIGTERM", "SIGKILL"] as const) {
      const { sent, skipped, committedTwice, twice } = await measureResume(bootstrapServers, protocol, signal);
      rows.push(`| ${protocol} | ${signal} | ${sent} | ${skipped} | ${committedTwice} | ${twice} |`);
      console.log(rows.at(-1));
    }
  }
  const head = "| protocol | stopped by | records | skipped | handled twice though committed | handled twice |";
  return [head, "|---|---|---|---|---|---|", ...rows].join("\n");
}

const report = `# Groups

${date}, ${processor(", which the broker and all members share")}, Node ${process.version}, Apache Kafka ${kafka.version}, twelve
partitions; ${rounds === 1 ? "one round" : `medians of ${rounds} rounds`}. Each member is a process of its own. ${options.note}
Run it with \`node --conditions=@dataqueues/source tooling/bench/src/groups.ts\`.

## More processes

Records per second that the processes of a group handle together, over ten seconds, while there is more to read than they can. Where each
record waits, as for a database, the processor is mostly free. Where each computes, two cores do the work of two processes, less what the
broker and the system take: more processes cannot help.

${await scaling()}

## When members change

In seconds: until each partition is owned and each member has as many as the others; and, after the comma, the longest time within which
nobody handled a record of some partition. 480 records a second arrive. A third member joins (from the line with which its program
begins); one of three is ended by SIGTERM, upon which each client commits and leaves; one of three is ended by SIGTERM and a new process started at
once. Java's client is the \`KafkaConsumer\` of ${kafka.version}, librdkafka that of confluent-kafka for Python.

### With each client's defaults

Heartbeats: ours each second; Java's and librdkafka's each 3 s in a classic group, and each 5 s, as the broker says, in a group of KIP-848.

${await rebalances(undefined)}

### With heartbeats each second

${await rebalances(1_000)}

## A full stop

Three members, 480 records a second, each handled in 2 ms. All are stopped at once after 5 s, and three new ones started 8 s later, while
records go on arriving. With kill -9, what was handled since the last commit, at most a second's, comes again.

${await resumes()}
`;
console.log(`\n${report}`);
await writeReport("groups", report);
