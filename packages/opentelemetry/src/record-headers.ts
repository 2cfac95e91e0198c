import { propagation, ROOT_CONTEXT, trace } from "@opentelemetry/api";
import type { Context, SpanContext, TextMapGetter, TextMapSetter } from "@opentelemetry/api";

import { observing } from "./telemetry.ts";

/** Headers of a record, or what a caller gives as headers: pairs of name and value, unless the caller is wrong. */
export type HeaderPairs = readonly unknown[];

const decoder: TextDecoder = new TextDecoder();

const getter: TextMapGetter<HeaderPairs> = {
  keys: (headers) => headers.flatMap((pair) => nameOf(pair) ?? []),
  get(headers, name) {
    // A program that passes headers on may have added its own after those it got: the last one counts, as in Java.
    const pair = headers.findLast((each) => nameOf(each) === name);
    const value: unknown = Array.isArray(pair) ? pair[1] : undefined;
    return value instanceof Uint8Array ? decoder.decode(value) : typeof value === "string" ? value : undefined;
  },
};

const setter: TextMapSetter<unknown[]> = {
  set(headers, name, value) {
    // A tracestate belongs to its traceparent and means nothing beside another.
    const replaced = name === "traceparent" ? ["traceparent", "tracestate"] : [name];
    for (let at = headers.length - 1; at >= 0; at--) {
      if (replaced.includes(nameOf(headers[at]) ?? "")) headers.splice(at, 1);
    }
    headers.push([name, value]);
  },
};

/** The context that a record's sender put into its headers; one without a span if there is none. */
export function extractContext(headers: HeaderPairs): Context {
  if (headers.length === 0) return ROOT_CONTEXT;
  return observing(() => propagation.extract(ROOT_CONTEXT, headers, getter)) ?? ROOT_CONTEXT;
}

/** The span of a context, if it has a valid one. */
export function spanContextOf(context: Context): SpanContext | undefined {
  const found = trace.getSpanContext(context);
  return found !== undefined && trace.isSpanContextValid(found) ? found : undefined;
}

/** These headers with a context in them: its headers replace those of the same names. */
export function injectContext(context: Context, headers: HeaderPairs): HeaderPairs {
  const injected = [...headers];
  propagation.inject(context, injected, setter);
  return injected;
}

function nameOf(pair: unknown): string | undefined {
  const name: unknown = Array.isArray(pair) ? pair[0] : undefined;
  return typeof name === "string" ? name : undefined;
}
