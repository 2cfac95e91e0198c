import { hasField, hasMethod } from "./kafkajs-parts.ts";
import type { KafkajsConnection } from "./kafkajs-parts.ts";
import { ResponseFramer } from "./response-framer.ts";

/**
 * kafkajs 2.2.4 sets a timer of 1 ms (a negative time, of which Node warns) each time it looks at its request queue, for
 * ever. The timer is only needed while the queue holds requests back.
 */
export function patchRequestQueueTimer(connection: unknown): void {
  if (!hasField(connection, "requestQueue")) return;
  const queue = connection.requestQueue;
  if (!hasMethod(queue, "scheduleCheckPendingRequests") || !hasField(queue, "pending")) return;
  const { pending } = queue;
  const schedule = queue.scheduleCheckPendingRequests;
  if (!Array.isArray(pending)) return;
  queue.scheduleCheckPendingRequests = () => {
    const held = queue.pending;
    if (Array.isArray(held) && held.length > 0) schedule.call(queue);
  };
}

/**
 * Passes only whole responses of a plausible size on to kafkajs, and ignores the socket after anything else. kafkajs does not
 * check what a socket sends, and nobody catches what its `processData` throws.
 *
 * @param onProtocolError - called once, for bytes that are no response
 */
export function guardResponses(
  connection: KafkajsConnection,
  maxBytes: number,
  onProtocolError: (cause: unknown) => void,
): void {
  const processData = connection.processData.bind(connection);
  const framer = new ResponseFramer(maxBytes);
  let failed = false;
  connection.processData = (chunk) => {
    if (failed) return;
    try {
      for (const response of framer.accept(chunk)) {
        // kafkajs keeps the rest of the last response, here nothing, and would copy both into one buffer.
        connection.chunks.length = 0;
        processData(response);
      }
    } catch (cause) {
      failed = true;
      onProtocolError(cause);
    }
  };
}
