import type { Codec } from "@dataqueues/core";

import { errorMessage } from "../print/error-message.ts";
import { UsageError } from "../usage-error.ts";
import { loadModule } from "./load-module.ts";
import type { LoadedModule } from "./load-module.ts";
import { codecNames, namedCodec } from "./named-codecs.ts";

/**
 * A codec by its Python name (`npy`, `msgpack_numpy`, …) or as a module that has one: `./mine.js`, `dataqueues-codec-carray`,
 * `./mine.js#weather`. Without `#` it is the one export that is a codec, or a function that makes one and needs no arguments.
 *
 * @throws UsageError that names the codecs there are, or what the module exports
 */
export async function findCodec(name: string): Promise<Codec> {
  const known = namedCodec(name);
  if (known !== undefined) return known;
  if (name === "") throw new UsageError(`a codec is needed: ${codecNames.join(", ")}, or a module`);
  const loaded = await loadModule(name, "codec");
  return loaded.wanted === undefined ? onlyCodec(loaded) : exportedCodec(loaded, loaded.wanted);
}

async function exportedCodec({ name, exports }: LoadedModule, wanted: string): Promise<Codec> {
  if (!exports.has(wanted)) {
    throw new UsageError(`${name} exports no ${wanted}, but ${listOf(exports.keys())}`);
  }
  const exported = exports.get(wanted);
  const codec = isCodec(exported) ? exported : typeof exported === "function" ? await made(exported) : undefined;
  if (codec !== undefined && !(codec instanceof Failure)) return codec;
  const why = codec instanceof Failure ? `: ${codec.message}` : "";
  throw new UsageError(`${name}#${wanted} is no codec and makes none, which has name, encode and decode${why}`, {
    cause: codec,
  });
}

async function onlyCodec({ name, exports }: LoadedModule): Promise<Codec> {
  // By what is exported, as one thing may have several names.
  const found = new Map<unknown, { readonly title: string; readonly codec: Codec }>();
  for (const [title, exported] of exports) {
    if (isCodec(exported) && !found.has(exported)) found.set(exported, { title, codec: exported });
  }
  const failures: string[] = [];
  // A module that has a codec ready is not asked to make another: its functions may do anything.
  for (const [title, maker] of found.size > 0 ? [] : exports) {
    if (typeof maker !== "function" || maker.length > 0 || found.has(maker)) continue;
    const codec = await made(maker);
    if (codec instanceof Failure) failures.push(`${title}: ${codec.message}`);
    else if (codec !== undefined) found.set(maker, { title, codec });
  }
  const [first, ...others] = found.values();
  if (first !== undefined && others.length === 0) return first.codec;
  if (first !== undefined) {
    const titles = [first, ...others].map(({ title }) => title);
    throw new UsageError(`${name} has several codecs, ${listOf(titles)}: choose one, ${name}#${first.title}`);
  }
  const why = failures.length > 0 ? ` (${failures.join("; ")})` : "";
  throw new UsageError(
    `${name} exports no codec, an object with name, encode and decode, and no function that makes one without arguments; it exports ${listOf(exports.keys())}${why}`,
  );
}

/** Why a function made nothing. */
class Failure extends Error {}

/** What a function makes, if that is a codec. */
async function made(maker: Function): Promise<Codec | Failure | undefined> {
  try {
    const value: unknown = await Reflect.apply(maker, undefined, []);
    return isCodec(value) ? value : undefined;
  } catch (cause) {
    // Classes cannot be called: they are no makers of codecs.
    if (/^class\b/.test(Function.prototype.toString.call(maker))) return undefined;
    return new Failure(errorMessage(cause), { cause });
  }
}

function isCodec(value: unknown): value is Codec {
  if (typeof value !== "object" || value === null) return false;
  const [name, encode, decode]: unknown[] = ["name", "encode", "decode"].map((key): unknown => Reflect.get(value, key));
  return typeof name === "string" && typeof encode === "function" && typeof decode === "function";
}

function listOf(names: Iterable<string>): string {
  const all = [...names];
  return all.length === 0 ? "nothing" : all.join(", ");
}
