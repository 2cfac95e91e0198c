import { keyOf } from "./assignment.ts";
import type { TransportError } from "./errors.ts";
import type { Link } from "./link.ts";
import type { PartitionReader } from "./partition-reader.ts";
import type { OffsetAnswer, OffsetQuery } from "./transport.ts";

/** A partition whose place could not be found. */
export interface NotFound {
  readonly reader: PartitionReader;
  readonly error: TransportError;
}

/** Where a partition's log begins and ends; `end` is after its last record. */
export interface Bounds {
  readonly reader: PartitionReader;
  readonly first: bigint;
  readonly end: bigint;
}

/** Asks the log where partitions start and sets their positions; answers with those for which it has none. */
export async function findStarts(link: Link, readers: readonly PartitionReader[]): Promise<NotFound[]> {
  const asked: { reader: PartitionReader; at: OffsetQuery["at"]; restarts: number }[] = [];
  for (const reader of readers) {
    const { start, restarts } = reader;
    if (typeof start === "bigint") reader.position = start;
    else asked.push({ reader, at: start, restarts });
  }
  const notFound: NotFound[] = [];
  const afterTheLast: PartitionReader[] = [];
  const answers = await ask(link, asked);
  asked.forEach(({ reader, restarts }, index) => {
    const answer = answers[index];
    if (answer === undefined || reader.position !== undefined || reader.restarts !== restarts) return;
    if (answer.error !== undefined) notFound.push({ reader, error: answer.error });
    else if (answer.offset >= 0n) reader.position = answer.offset;
    else afterTheLast.push(reader);
  });
  // No record is as late as the time that was asked for: start with the next one that comes.
  for (const reader of afterTheLast) reader.restart("latest");
  return afterTheLast.length === 0 ? notFound : [...notFound, ...(await findStarts(link, afterTheLast))];
}

/** The first and the end offset of partitions, or the error. */
export async function findBounds(link: Link, readers: readonly PartitionReader[]): Promise<(Bounds | NotFound)[]> {
  const firsts = await ask(
    link,
    readers.map((reader) => ({ reader, at: "earliest" as const })),
  );
  const ends = await ask(
    link,
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

async function ask(
  link: Link,
  asked: readonly { readonly reader: PartitionReader; readonly at: OffsetQuery["at"] }[],
): Promise<(OffsetAnswer | undefined)[]> {
  if (asked.length === 0) return [];
  const queries = asked.map(({ reader: { topic, partition }, at }) => ({ topic, partition, at }));
  const answers = await link.request("listOffsets", (connection) => connection.listOffsets(queries));
  const found = new Map(answers.map((answer) => [keyOf(answer.topic, answer.partition), answer]));
  return asked.map(({ reader }) => found.get(reader.key));
}
