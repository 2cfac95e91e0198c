import type { CodecSubject } from "./codec-subject.ts";
import type { ConformanceCase } from "./conformance-case.ts";
import { check, ConformanceError } from "./conformance-case.ts";
import { mutantOf, randomBytes, randomNumbers } from "./random-bytes.ts";

/** Messages and values that a codec does not know: it must return a value or throw an `Error`, and soon. */
export function hostileCases<In, Out>(subject: CodecSubject<In, Out>): ConformanceCase[] {
  const { codec, refused, refusesTruncated, rounds, seed, roundTripping, define } = subject;

  /** Whether decode refuses the bytes. Fails the case unless it returns a value or throws an `Error`. */
  async function refuses(bytes: Uint8Array, what: string): Promise<boolean> {
    try {
      await codec.decode(bytes);
      return false;
    } catch (error) {
      check(error instanceof Error, `${what} made decode throw ${String(error)}, which is no Error`);
      return true;
    }
  }

  const cases = [
    define("a message without bytes is a value or an error", async () => {
      await refuses(new Uint8Array(), "no bytes");
    }),
    define(`a message that is cut short is ${refusesTruncated ? "an error" : "a value or an error"}`, async () => {
      for (const [index, value] of await roundTripping()) {
        const bytes = (await codec.encode(value)).slice();
        for (const length of lengthsBelow(bytes.length)) {
          const isRefused = await refuses(bytes.subarray(0, length), `${length} of the bytes of values[${index}]`);
          check(
            isRefused || !refusesTruncated,
            `decode took ${length} of the ${bytes.length} bytes of values[${index}]`,
          );
        }
      }
    }),
    define("random bytes are a value or an error", async () => {
      const random = randomNumbers(seed);
      for (let round = 0; round < rounds; round += 1) {
        await refuses(randomBytes(random), `random message ${round} of seed ${seed}`);
      }
    }),
    define("a changed message is a value or an error", async () => {
      const random = randomNumbers(seed);
      const messages: Uint8Array[] = [];
      for (const [, value] of await roundTripping()) messages.push((await codec.encode(value)).slice());
      for (let round = 0; round < rounds; round += 1) {
        const message = messages[round % messages.length] ?? new Uint8Array();
        await refuses(mutantOf(message, random), `changed message ${round} of seed ${seed}`);
      }
    }),
    define("a value that cannot be encoded is an error", async () => {
      for (const [what, foreign] of foreignValues()) {
        try {
          // A caller without a compiler may pass anything.
          const bytes: unknown = await codec.encode(foreign as In);
          check(bytes instanceof Uint8Array, `encode(${what}) gave ${Object.prototype.toString.call(bytes)}`);
        } catch (error) {
          check(error instanceof Error, `encode(${what}) threw ${String(error)}, which is no Error`);
          if (error instanceof ConformanceError) throw error;
        }
      }
    }),
    define("names in a message change no prototype", async () => {
      const before = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);
      const poison: unknown = JSON.parse(`{"__proto__": {"${mark}": 1}, "constructor": {"prototype": {"${mark}": 1}}}`);
      const decoded: unknown = await decodedOf(poison as In);
      const marked = typeof decoded === "object" && decoded !== null && mark in decoded;
      const after = prototypes.map((prototype) => Reflect.ownKeys(prototype).length);
      for (const prototype of prototypes) Reflect.deleteProperty(prototype, mark);
      check(before.join() === after.join(), "a name in the message changed a prototype of the language");
      check(!marked, "a name in the message became the prototype of the value");
    }),
  ];
  if (refused.length > 0) {
    cases.push(
      define("messages that are not in the format are errors", async () => {
        for (const [index, bytes] of refused.entries()) {
          check(await refuses(bytes.slice(), `refused[${index}]`), `decode took refused[${index}]`);
        }
      }),
    );
  }
  return cases;

  /** What a value comes back as; undefined if the codec refuses it. */
  async function decodedOf(value: In): Promise<unknown> {
    try {
      return await codec.decode(await codec.encode(value));
    } catch {
      return undefined;
    }
  }
}

const mark = "dataqueuesConformance";
const prototypes: readonly object[] = [Object.prototype, Array.prototype, Function.prototype, Uint8Array.prototype];

/** Values that a codec may not know, each with a name. */
function foreignValues(): Map<string, unknown> {
  return new Map<string, unknown>([
    ["undefined", undefined],
    ["null", null],
    ["true", true],
    ["1", 1],
    ["1n", 1n],
    ["text", "text"],
    ["a symbol", Symbol("symbol")],
    ["a function", () => 1],
    ["{}", {}],
    ["[]", []],
    ["a Map", new Map()],
    ["a Date", new Date(0)],
    ["a Uint8Array", new Uint8Array(1)],
  ]);
}

/** Every length up to 1,024; for longer messages about as many, evenly spread, and the last ones. */
function lengthsBelow(length: number): number[] {
  const step = Math.max(1, Math.floor(length / 1024));
  const lengths = new Set<number>();
  for (let at = 1; at < length; at += step) lengths.add(at);
  for (let at = Math.max(1, length - 16); at < length; at += 1) lengths.add(at);
  return [...lengths];
}
