import { runJava } from "@dataqueues/tooling-kafka";

/** A line of a table, by the names of its columns; what is empty is "". */
export type Row = Readonly<Record<string, string>>;

/**
 * What Kafka's own tool `kafka-consumer-groups` prints, as the lines of its tables. Columns begin where their names do, so no value
 * may be longer than its column: client ids have at most 15 letters.
 */
export async function consumerGroupsTool(
  bootstrapServers: readonly string[],
  ...args: readonly string[]
): Promise<Row[]> {
  const tool = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
  const printed = await runJava(tool, ["--bootstrap-server", bootstrapServers.join(","), ...args]);
  const rows: Row[] = [];
  let columns: { readonly name: string; readonly start: number }[] = [];
  for (const line of printed.split("\n")) {
    if (line.startsWith("GROUP ")) {
      columns = [...line.matchAll(/\S+( \(ID\))?/gu)].map((match) => ({ name: match[0], start: match.index }));
    } else if (line.trim() === "" || columns.length === 0) columns = [];
    else {
      const cells = columns.map(({ name, start }, index) => [
        name,
        line.slice(start, columns[index + 1]?.start).trim(),
      ]);
      rows.push(Object.fromEntries(cells));
    }
  }
  return rows;
}
