import type { Connection } from "@dataqueues/core";

import { changed, requestsOf } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `connection-cases.ts` a transport with just that one broken. */
export const brokenConnections: Readonly<Record<string, Break>> = {
  "the transport's name is a text that is not empty": (log) => ({
    name: "",
    open: (...request) => log.open(...request),
  }),

  "open rejects with a TransportError when its signal has aborted": (log) => ({
    name: log.name,
    open: (role) => log.open(role),
  }),

  "open settles when its signal aborts on the way": (log) => ({
    name: log.name,
    async open(role, options = {}) {
      const connection = await log.open(role, options);
      return options.signal?.aborted === true ? new Promise<never>(() => {}) : connection;
    },
  }),

  "close rejects at once what is pending": changed((connection) => {
    let closed = false;
    return {
      async fetch(...request) {
        const begunLate = closed;
        try {
          return await connection.fetch(...request);
        } catch (error) {
          if (begunLate || !closed) throw error;
          return new Promise<never>(() => {});
        }
      },
      close() {
        closed = true;
        connection.close();
      },
    };
  }),

  "close may be called again": changed((connection) => {
    let closed = false;
    return {
      close() {
        if (closed) throw new Error("it is closed");
        closed = true;
        connection.close();
      },
    };
  }),

  "after close every request rejects": changed((connection) => {
    let closed = false;
    return {
      deleteTopics: (topics) => (closed ? Promise.resolve([]) : connection.deleteTopics(topics)),
      close() {
        closed = true;
        connection.close();
      },
    };
  }),

  "closing a connection leaves the others open": (log) => {
    const open: Connection[] = [];
    return {
      name: log.name,
      async open(...request) {
        const connection = requestsOf(await log.open(...request));
        open.push(connection);
        const close = (): void => open.forEach((one) => one.close());
        return { ...connection, close };
      },
    };
  },

  "a connection that waits for records holds up no other": (log) => {
    let waiting: Promise<unknown> = Promise.resolve();
    return changed((connection) => ({
      fetch(...request) {
        const fetched = connection.fetch(...request);
        waiting = fetched.catch(() => undefined);
        return fetched;
      },
      async listOffsets(queries) {
        await waiting;
        return connection.listOffsets(queries);
      },
    }))(log);
  },
};
