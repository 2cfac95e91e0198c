import { TransportError, UnsupportedError } from "@dataqueues/core";
import type { AdminConnection, Connections, OffsetsConnection, Role, Transport } from "@dataqueues/core";

/**
 * A transport whose admin's connections can at least look: where administration is refused or not built, as in a recording or at a
 * gateway that only lets people read, they are a reader's, which knows topics and offsets. Changes are an `UnsupportedError` then.
 */
export function readableAdmin(transport: Transport): Transport {
  const open: Transport["open"] = async <R extends Role>(role: R, options = {}): Promise<Connections[R]> => {
    if (role !== "admin") return transport.open(role, options);
    if (transport.capabilities.admin) {
      try {
        return await transport.open(role, options);
      } catch (error) {
        if (!isRefusal(error)) throw error;
      }
    }
    return asAdmin(await transport.open("read", options), transport.name) as Connections[R];
  };
  return { name: transport.name, capabilities: { ...transport.capabilities, admin: true }, open };
}

/** Whether a log says that it would never let this caller administrate it, so that reading is all that is left. */
function isRefusal(error: unknown): boolean {
  if (error instanceof UnsupportedError) return true;
  return error instanceof TransportError && error.code === "CLUSTER_AUTHORIZATION_FAILED";
}

function asAdmin(reader: OffsetsConnection, name: string): AdminConnection {
  const refuse = async (): Promise<never> => {
    throw new UnsupportedError(`${name} can only be read here: it lets nobody change topics, or not you`);
  };
  return {
    metadata: (...request) => reader.metadata(...request),
    listOffsets: (...request) => reader.listOffsets(...request),
    createTopics: refuse,
    createPartitions: refuse,
    deleteTopics: refuse,
    close: () => reader.close(),
  };
}
