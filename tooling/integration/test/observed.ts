import type { Connection, GroupConnection, Transport } from "@dataqueues/core";

export interface ObservedTransport extends Transport {
  /** Every `open`, and every request of a connection, in the order in which they were made. */
  readonly requests: { readonly name: string; readonly args: readonly unknown[] }[];
  /** How many requests of this name were made. */
  count(name: string): number;
}

/** For some requests, what a test does in their place; it is given the connection's own. */
export type Replacements = {
  readonly [Name in keyof (Connection & GroupConnection)]?: (
    request: (Connection & GroupConnection)[Name],
  ) => (Connection & GroupConnection)[Name];
};

/** A transport that records the requests made of another one, and makes some of them differently. */
export function observed(inner: Transport, replacements: Replacements = {}): ObservedTransport {
  const requests: { name: string; args: readonly unknown[] }[] = [];
  return {
    name: inner.name,
    capabilities: inner.capabilities,
    requests,
    count: (name) => requests.filter((request) => request.name === name).length,
    open: async (role, options) => {
      requests.push({ name: "open", args: [role] });
      const connection = await inner.open(role, options);
      return new Proxy(connection, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== "function") return method;
          const replacement: unknown = Reflect.get(replacements, name);
          const own: Function = method.bind(target);
          const request: Function = typeof replacement === "function" ? replacement(own) : own;
          return (...args: unknown[]): unknown => {
            requests.push({ name: String(name), args });
            return Reflect.apply(request, undefined, args);
          };
        },
      });
    },
  };
}
