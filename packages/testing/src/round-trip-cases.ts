import type { CodecSubject } from "./codec-subject.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { check } from "./conformance-case.ts";
import { sameValue } from "./same-value.ts";

/** Values that come back as they were, and messages of other programs. */
export function roundTripCases<In, Out>(subject: CodecSubject<In, Out>): ConformanceCase[] {
  const { codec, values, vectors, deterministic, equal, define } = subject;
  const cases = [
    define("the codec's name is a text that is not empty", () => {
      check(typeof codec.name === "string" && codec.name !== "", `the name is ${JSON.stringify(codec.name)}`);
    }),
    define("encode gives a Uint8Array", async () => {
      for (const [index, value] of values.entries()) {
        const bytes: unknown = await codec.encode(value);
        check(bytes instanceof Uint8Array, `encode(values[${index}]) gave ${Object.prototype.toString.call(bytes)}`);
      }
    }),
    define("what was encoded is decoded to an equal value", async () => {
      for (const [index, value] of values.entries()) {
        const decoded = await codec.decode(await codec.encode(value));
        check(equal(decoded, value), `values[${index}] came back as ${String(decoded)}`);
      }
    }),
    define("many values at once come back as they do one by one", async () => {
      const roundTripping = await subject.roundTripping();
      const jobs = [...roundTripping, ...roundTripping, ...roundTripping].map(async ([index, value]) => {
        // A codec that returns its result at once is not awaited, as that would let other calls come between.
        const encoded = codec.encode(value);
        const result = codec.decode(encoded instanceof Uint8Array ? encoded : await encoded);
        const decoded = result instanceof Promise ? await result : result;
        check(equal(decoded, value), `values[${index}] came back as ${String(decoded)}`);
      });
      await Promise.all(jobs);
    }),
  ];
  if (deterministic) {
    cases.push(
      define("the same value gives the same bytes", async () => {
        for (const [index, value] of await subject.roundTripping()) {
          const [first, second] = [(await codec.encode(value)).slice(), await codec.encode(value)];
          check(sameValue(first, second.slice()), `values[${index}] gave other bytes the second time`);
        }
      }),
    );
  }
  if (vectors.length > 0) {
    cases.push(
      define("messages of another program are decoded", async () => {
        for (const [index, { bytes, value }] of vectors.entries()) {
          const decoded = await codec.decode(bytes.slice());
          check(equal(decoded, value), `vectors[${index}] was decoded to ${String(decoded)}`);
        }
      }),
      define("values are encoded as by the other program, byte for byte", async () => {
        for (const [index, { bytes, value, written = true }] of vectors.entries()) {
          if (!written) continue;
          const encoded = (await codec.encode(value)).slice();
          check(
            sameValue(Uint8Array.from(encoded), Uint8Array.from(bytes)),
            `vectors[${index}] was encoded to [${encoded.join(" ")}]`,
          );
        }
      }),
    );
  }
  return cases;
}
