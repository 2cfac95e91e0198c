import { compactList, compactText, tags, uuid } from "./compact-fields.ts";
import { int16, int32, int8, joined, text } from "./fields.ts";
import { startBrokers } from "./scripted-cluster.ts";
import type { Telling } from "./scripted-cluster.ts";
import { api, offered, plainVersions } from "./scripted-broker.ts";
import type { ScriptedBroker } from "./scripted-broker.ts";

/** The response to FindCoordinator, version 2. The broker's address is in metadata; this one leads nowhere. */
export const coordinatorAt = (nodeId: number, errorCode = 0, message: string | null = null): Buffer =>
  joined(int32(0), int16(errorCode), text(message), int32(nodeId), text("nowhere.invalid"), int32(1));

/** Two brokers of which each says that broker 1 keeps all groups. */
export async function startGroupBrokers(topics: Telling["topics"] = {}): Promise<[ScriptedBroker, ScriptedBroker]> {
  const [one, two] = await startBrokers(2, topics);
  if (one === undefined || two === undefined) throw new Error("two brokers were wanted");
  for (const server of [one, two]) server.on(api.findCoordinator, () => coordinatorAt(1));
  return [one, two];
}

/** Offers these versions too. */
export function offer(
  servers: readonly ScriptedBroker[],
  versions: Readonly<Record<number, readonly [number, number]>>,
): void {
  for (const server of servers) server.on(api.apiVersions, () => offered({ ...plainVersions, ...versions }));
}

/** The response to Metadata, version 12: topics by name, with their ids. Nothing is known of an id that is null. */
export function metadataWithIds(
  nodes: readonly { readonly port: number }[],
  topics: Readonly<Record<string, string | null>>,
): Buffer {
  return joined(
    joined(tags, int32(0)),
    compactList(
      ...nodes.map(({ port }, id) => joined(int32(id), compactText("127.0.0.1"), int32(port), compactText(null), tags)),
    ),
    joined(compactText(null), int32(0)),
    compactList(
      ...Object.entries(topics).map(([topic, id]) =>
        joined(
          joined(int16(id === null ? 3 : 0), compactText(topic), uuid(id ?? "0".repeat(32)), int8(0)),
          joined(compactList(), int32(0), tags),
        ),
      ),
    ),
    tags,
  );
}
