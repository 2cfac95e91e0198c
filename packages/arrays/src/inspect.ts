/** The name under which an object tells Node how to show it. */
export const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");
