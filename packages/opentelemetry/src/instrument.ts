import { DataQueueError, invalidArgument } from "@dataqueues/core";

/** Stands on what is instrumented; the same symbol in every copy of this package. */
const instrumented: unique symbol = Symbol.for("dataqueues.instrumented");

/**
 * Checks that a value has the methods that are to be replaced and is not instrumented yet: twice would give every span
 * twice. Throws a `DataQueueError` `INVALID_ARGUMENT` that names it.
 */
export function checkClient(name: string, kind: string, client: unknown, methods: readonly PropertyKey[]): void {
  const isObject = typeof client === "object" && client !== null;
  if (!isObject || methods.some((method) => typeof Reflect.get(client, method) !== "function")) {
    throw invalidArgument(name, `a ${kind}`, client);
  }
  if (instrumented in client) {
    throw new DataQueueError(`${name} is instrumented already`, { code: "INVALID_ARGUMENT" });
  }
}

/** Replaces methods of this one client. */
export function replaceMethods(client: object, methods: Readonly<Record<PropertyKey, unknown>>): void {
  const hidden = { configurable: true, writable: true, enumerable: false };
  for (const name of Reflect.ownKeys(methods)) {
    Object.defineProperty(client, name, { ...hidden, value: methods[name] });
  }
  Object.defineProperty(client, instrumented, { ...hidden, value: true });
}
