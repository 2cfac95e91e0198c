import { keyOf } from "./assignment.ts";
import { TransportError } from "../contract/errors.ts";
import type { NetworkClient } from "../shared/network-client.ts";
import type { PartitionState } from "./partition-state.ts";
import type { OffsetResult, OffsetQuery } from "../contract/transport.ts";

/** A partition whose place could not be found. */
export interface NotFound {
  readonly reader: PartitionState;
  readonly error: TransportError;
}

/** Where a partition's log begins and ends; `end` is after its last record. */
export interface Bounds {
  readonly reader: PartitionState;
  readonly first: bigint;
  readonly end: bigint;
}

/** Asks the log where partitions start and sets their positions; answers with those for which it has none. */
export async function lookUpStarts(
  client: NetworkClient<"read">,
  readers: readonly PartitionState[],
): Promise<NotFound[]> {
  const asked: { reader: PartitionState; at: OffsetQuery["at"]; restarts: number }[] = [];
  for (const reader of readers) {
    const { start, restarts } = reader;
    if (typeof start === "bigint") reader.position = start;
    else asked.push({ reader, at: start, restarts });
  }
  const notFound: NotFound[] = [];
  const afterTheLast: PartitionState[] = [];
  const answers = await ask(client, asked);
  asked.forEach(({ reader, restarts }, index) => {
    const answer = answers[index];
    if (answer === undefined || reader.position !== undefined || reader.restarts !== restarts) return;
    if (answer.error !== undefined) notFound.push({ reader, error: answer.error });
    else if (answer.offset >= 0n) reader.position = answer.offset;
    else afterTheLast.push(reader);
  });
  // No record is as late as the time that was asked for: start with the next one that comes.
  for (const reader of afterTheLast) reader.restart("latest");
  return afterTheLast.length === 0 ? notFound : [...notFound, ...(await lookUpStarts(client, afterTheLast))];
}

/** The first and the end offset of partitions, or the error. */
export async function lookUpBounds(
  client: NetworkClient<"read">,
  readers: readonly PartitionState[],
): Promise<(Bounds | NotFound)[]> {
  const firsts = await ask(
    client,
    readers.map((reader) => ({ reader, at: "earliest" as const })),
  );
  const ends = await ask(
    client,
    readers.map((reader) => ({ reader, at: "latest" as const })),
  );
  return readers.flatMap((reader, index): (Bounds | NotFound)[] => {
    const [first, end] = [firsts[index], ends[index]];
    if (first === undefined || end === undefined) return [];
    if (first.error !== undefined) return [{ reader, error: first.error }];
    if (end.error !== undefined) return [{ reader, error: end.error }];
    return [{ reader, first: first.offset, end: end.offset }];
  });
}

/** Asks each partition's leader; a leader that does not answer has an error for its own partitions only. */
async function ask(
  client: NetworkClient<"read">,
  asked: readonly { readonly reader: PartitionState; readonly at: OffsetQuery["at"] }[],
): Promise<(OffsetResult | undefined)[]> {
  const queriesOf = new Map<number, OffsetQuery[]>();
  for (const { reader, at } of asked) {
    const { topic, partition, leader } = reader;
    const queries = queriesOf.get(leader) ?? [];
    queriesOf.set(leader, [...queries, { topic, partition, at }]);
  }
  const found = new Map<string, OffsetResult>();
  await Promise.all(
    [...queriesOf].map(async ([leader, queries]) => {
      for (const answer of await askLeader(client, leader, queries)) {
        found.set(keyOf(answer.topic, answer.partition), answer);
      }
    }),
  );
  return asked.map(({ reader }) => found.get(reader.key));
}

async function askLeader(
  client: NetworkClient<"read">,
  leader: number,
  queries: readonly OffsetQuery[],
): Promise<OffsetResult[]> {
  const answerAll = (error: TransportError): OffsetResult[] =>
    queries.map(({ topic, partition }) => ({ topic, partition, error }));
  if (leader < 0) {
    return answerAll(
      new TransportError("the partition has no leader", { code: "LEADER_NOT_AVAILABLE", retriable: true }),
    );
  }
  return client.request("listOffsets", (connection) => connection.listOffsets(leader, queries));
}
