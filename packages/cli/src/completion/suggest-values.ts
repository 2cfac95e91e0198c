import type { HostOptions } from "../host/host-options.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Nobody waits longer for a word at a keyboard. */
const timeoutSeconds = 1.5;

type Suggest = (options: HostOptions, terminal: Terminal) => readonly string[] | Promise<readonly string[]>;

const topics: Suggest = async (options, terminal) => askHost(options, terminal, (admin) => admin.listTopics());
const groups: Suggest = async (options, terminal) =>
  askHost(options, terminal, async (admin) => (await admin.listGroups()).map(({ group }) => group));
const codecs: Suggest = async () => (await import("../formats/named-codecs.ts")).codecNames;

/** What is known of values, by the names of options and arguments. */
const suggestions: Readonly<Record<string, Suggest>> = {
  topic: topics,
  topics,
  // Of `export`: a topic or a file.
  source: topics,
  group: groups,
  groups,
  codec: codecs,
  schema: async () => {
    const exported = Object.entries(await import("@dataqueues/schemas"));
    return exported.flatMap(([name, value]) => (isSchema(value) ? [name] : []));
  },
  host: async (options, terminal) => {
    const { readConfigFile } = await import("../host/config-file.ts");
    const { hosts } = await readConfigFile(options.config, terminal.env, () => undefined);
    return [...hosts.keys(), "localhost:9092", "memory:"];
  },
  sasl: async () => (await import("../host/kafka-config.ts")).mechanisms,
  until: () => ["end"],
  speed: () => ["max"],
};

/** The values that an option or an argument of this name may have; none where nothing is known, or the host does not answer soon. */
export async function suggestValues(
  name: string,
  options: HostOptions,
  terminal: Terminal,
): Promise<readonly string[]> {
  try {
    const words = (await suggestions[name]?.(options, terminal)) ?? [];
    // A shell puts them into the line as they are, where others would have to be quoted.
    return words.filter((word) => /^[\w.,:/@%+-]+$/.test(word));
  } catch {
    // A shell has no place for an error in the middle of a line.
    return [];
  }
}

async function askHost(
  options: HostOptions,
  terminal: Terminal,
  ask: (admin: import("@dataqueues/admin").DataQueueAdmin) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const [{ openHost }, { DataQueueAdmin }] = await Promise.all([
    import("../host/open-host.ts"),
    import("@dataqueues/admin"),
  ]);
  const { transport, connectTimeoutMs } = await openHost({ ...options, timeout: String(timeoutSeconds) }, terminal);
  await using admin = new DataQueueAdmin(transport, { connectTimeoutMs, timeoutMs: timeoutSeconds * 1_000 });
  return await ask(admin);
}

function isSchema(value: unknown): boolean {
  return (typeof value === "object" || typeof value === "function") && value !== null && "~standard" in value;
}
