import type { RecordContext } from "@dataqueues/core";

import type { CodecSubject } from "./codec-subject.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-case.ts";
import { sameValue } from "./same-value.ts";

/** What is known of the record, which the consumer gives its caller too. */
export function contextCases<In, Out>({
  given,
  newContext,
  roundTripping,
  define,
}: CodecSubject<In, Out>): ConformanceCase[] {
  return [
    define("the record's context stays as it is", async () => {
      for (const [index, value] of await roundTripping()) {
        const passed = newContext();
        const bytes = await given.encode(value, passed);
        check(sameValue(passed, newContext()), `encode changed the context of values[${index}]`);
        await given.decode(bytes, passed);
        check(sameValue(passed, newContext()), `decode changed the context of values[${index}]`);
      }
    }),
  ];
}

/** A context that shares nothing with the given one. */
export function copyOfContext({ key, headers, ...rest }: RecordContext): RecordContext {
  return {
    ...rest,
    key: key && key.slice(),
    headers: headers.map(([name, value]) => [name, value && value.slice()] as const),
  };
}
