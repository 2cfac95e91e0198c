import type { BaseConnection } from "@dataqueues/core";

import { changed } from "./changed.ts";
import type { Break } from "./changed.ts";

/** For each promise of `connection-cases.ts` a transport that breaks it alone. */
export const brokenConnections: Readonly<Record<string, Break>> = {
  "the transport's name is a text that is not empty": (log) => ({ ...changed(() => ({}))(log), name: "" }),

  "the transport's capabilities are those that the cases were made for": (log) => ({
    ...changed(() => ({}))(log),
    capabilities: { ...log.capabilities, groups: false },
  }),

  "a connection has the requests of its role and no others": (log) => ({
    ...changed(() => ({}))(log),
    async open(role, options) {
      const connection = await log.open(role, options);
      return role === "read" ? Object.assign(connection, { produce: () => Promise.resolve([]) }) : connection;
    },
  }),

  "open rejects with a TransportError when its signal has aborted": (log) => ({
    ...changed(() => ({}))(log),
    open: (role) => log.open(role),
  }),

  "open settles when its signal aborts on the way": (log) => ({
    ...changed(() => ({}))(log),
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
    const open: BaseConnection[] = [];
    return changed((connection) => {
      open.push(connection);
      return { close: () => open.forEach((one) => one.close()) };
    })(log);
  },

  "a connection that waits for records holds up no other": (log) => {
    let waiting: Promise<unknown> = Promise.resolve();
    return changed((connection) => ({
      fetch(...request) {
        const fetched = connection.fetch(...request);
        waiting = fetched.catch(() => undefined);
        return fetched;
      },
      async listOffsets(...request) {
        await waiting;
        return connection.listOffsets(...request);
      },
    }))(log);
  },
};
