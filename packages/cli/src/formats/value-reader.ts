import type { Codec, Message, Schema } from "@dataqueues/core";

import { errorMessage } from "../print/error-message.ts";
import { guessCodec } from "./guess-codec.ts";
import { bytesCodec, namedCodec } from "./named-codecs.ts";

/** How the values of messages are read. */
export interface ValueReaderOptions {
  /** The codec of all of them; without one each is read as its header `encoding` says, else as its bytes look. */
  readonly codec?: Codec | undefined;
  /** What values must look like. */
  readonly schema?: Schema | undefined;
  /** Called with a line for a person, once for each topic and format that was guessed. */
  readonly onGuess?: ((remark: string) => void) | undefined;
}

/** A message with its value read, or with its bytes and the reason why not. */
export interface ReadMessage {
  readonly message: Message<unknown>;
  /** The name of the codec; undefined for a record without a value. */
  readonly codecName: string | undefined;
  readonly error: string | undefined;
}

/** The codec of a record, and how it was found. */
interface Choice {
  readonly codec: Codec;
  readonly isGuess: boolean;
}

const decoder: TextDecoder = new TextDecoder();

/** Reads the values of messages. A record that cannot be read is no error here: it comes back as its bytes, with the reason. */
export class ValueReader {
  readonly #options: ValueReaderOptions;
  readonly #told: Set<string> = new Set();
  /** How many records could not be read, or are not what the schema asks for. */
  badRecords = 0;

  constructor(options: ValueReaderOptions) {
    this.#options = options;
  }

  /** Never rejects because of what is in a message. */
  async read(message: Message<Uint8Array | null>): Promise<ReadMessage> {
    const { value: bytes } = message;
    if (bytes === null) return { message, codecName: undefined, error: undefined };
    const { codec, isGuess } = this.#choose(message, bytes);
    if (isGuess) this.#tell(message.topic, codec.name);
    let problem = `cannot be read as ${codec.name}`;
    try {
      const value = await codec.decode(bytes, message);
      problem = "is not what the schema asks for";
      const issue = await this.#issueOf(value);
      if (issue === undefined) return { message: { ...message, value }, codecName: codec.name, error: undefined };
      problem = `${problem}: ${issue}`;
    } catch (error) {
      problem = `${problem}: ${errorMessage(error)}`;
    }
    this.badRecords += 1;
    return { message, codecName: codec.name, error: problem };
  }

  #choose({ headers }: Message<unknown>, bytes: Uint8Array): Choice {
    if (this.#options.codec !== undefined) return { codec: this.#options.codec, isGuess: false };
    // Only codecs of this command: a record must not name a module to load.
    const header = headers.findLast(([name]) => name === "encoding")?.[1];
    const named = header ? namedCodec(decoder.decode(header)) : undefined;
    if (named !== undefined) return { codec: named, isGuess: false };
    return { codec: guessCodec(bytes) ?? bytesCodec, isGuess: true };
  }

  /** The first thing that is wrong with a value, and how many more there are. */
  async #issueOf(value: unknown): Promise<string | undefined> {
    const result = await this.#options.schema?.["~standard"].validate(value);
    const [first, ...others] = result?.issues ?? [];
    if (first === undefined) return undefined;
    const steps = (first.path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
    const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
    return `${steps.length === 0 ? "" : `${steps.join(".")}: `}${first.message}${more}`;
  }

  #tell(topic: string, name: string): void {
    const key = `${topic}/${name}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#options.onGuess?.(
      name === bytesCodec.name
        ? `${topic}: in no format that is known here (--codec says how to read it)`
        : `${topic}: looks like ${name} (guessed; --codec ${name} to be sure)`,
    );
  }
}
