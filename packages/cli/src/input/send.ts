import { DataQueueProducer } from "@dataqueues/core";
import type { Codec, RecordContext, Schema, SendOptions } from "@dataqueues/core";

import { parseSize } from "../arguments/parse-size.ts";
import { findCodec } from "../formats/find-codec.ts";
import { findSchema } from "../formats/find-schema.ts";
import { openHost } from "../host/open-host.ts";
import type { HostOptions } from "../host/open-host.ts";
import { ProgressLine } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { checkFirst } from "./check-first.ts";
import type { Input } from "./check-first.ts";
import { messageCheck } from "./check-message.ts";
import { findForm } from "./file-form.ts";
import { MessageSender } from "./message-sender.ts";
import { readMessages } from "./read-messages.ts";
import type { ReadOptions } from "./read-messages.ts";
import { recordFields } from "./record-options.ts";
import type { RecordFields, RecordWords } from "./record-options.ts";
import { failureOf, writableHint } from "./send-error.ts";
import { openFile, openStdin } from "./source.ts";
import type { Source } from "./source.ts";

/** The options of `send`, as a user writes them. */
export interface SendWords extends HostOptions, RecordWords {
  readonly keySeparator?: string | undefined;
  readonly tombstone?: boolean | undefined;
  readonly as?: string | undefined;
  readonly lines?: boolean | undefined;
  readonly raw?: boolean | undefined;
  readonly codec?: string | undefined;
  readonly schema?: string | undefined;
  readonly encodingHeader?: boolean | undefined;
  readonly maxMessageBytes?: string | undefined;
}

/** What all inputs of a command have in common. */
interface Task {
  readonly topic: string;
  readonly options: RecordFields & Pick<SendOptions<never>, "encodingHeader">;
  readonly codec: Codec | undefined;
  readonly schema: Schema | undefined;
  readonly maxBytes: number;
  readonly keySeparator: Uint8Array | undefined;
}

/**
 * Sends files, or what is piped in, to a topic, and writes what was acknowledged.
 *
 * @throws UsageError for options that make no sense
 * @throws Error that names the place in the input, if nothing was sent; PartlyDone if a part was acknowledged
 */
export async function send(
  topic: string,
  files: readonly string[],
  words: SendWords,
  terminal: Terminal,
): Promise<void> {
  checkWords(files, words, terminal);
  const task = await taskOf(topic, words);
  // A wrong host is told at once, and not after the first line has come.
  const { transport, name, connectTimeoutMs, onEvent } = await openHost(words, terminal);
  if (!transport.capabilities.write) throw new Error(`${name} can only be read; ${writableHint}`);
  const stop = new AbortController();
  const signal = AbortSignal.any([terminal.signal, stop.signal]);
  const inputs: Input[] = [];
  if (words.tombstone !== true) {
    for (const file of files.length === 0 ? ["-"] : files) {
      const source = file === "-" ? openStdin(terminal.stdin) : await openFile(file);
      inputs.push(await inputOf(source, task, words, signal));
    }
  }
  const read = (input: Input): ReadOptions => ({ ...task, form: input.form, signal });
  await checkFirst(inputs, { hasSchema: task.schema !== undefined, read }, terminal.stderr);

  const producer = new DataQueueProducer(transport, {
    topic,
    maxMessageBytes: task.maxBytes,
    connectTimeoutMs,
    onEvent,
  });
  const sender = new MessageSender(producer, task.options, (error) => stop.abort(error));
  const progress = new ProgressLine(terminal.stderr, "sent");
  // After Ctrl-C what is on its way has two more seconds; else each send has its own deadline.
  const close = (): void => void producer.close({ timeoutMs: 2_000 });
  terminal.signal.addEventListener("abort", close, { once: true });
  let failure: unknown;
  try {
    if (words.tombstone === true) {
      await sender.send({ source: "the tombstone" }, { bytes: null, encoding: null });
    }
    const size = sizeOf(inputs);
    for (const input of inputs) {
      for await (const message of readMessages(input.source, read(input))) {
        await sender.send(message, await input.check(message));
        const { records, bytes } = sender.acknowledged;
        progress.update({ records, bytes, part: size === undefined ? undefined : Math.min(bytes / size, 1) });
      }
    }
  } catch (error) {
    failure = error;
  }
  await sender.settled();
  await producer.close();
  terminal.signal.removeEventListener("abort", close);
  progress.clear();
  const { acknowledged } = sender;
  const error = failureOf(topic, sender, failure, terminal.signal);
  if (error === undefined || acknowledged.records > 0) await terminal.stdout.write(`${acknowledged.summary(topic)}\n`);
  if (error !== undefined) throw error;
}

function checkWords(files: readonly string[], words: SendWords, terminal: Terminal): void {
  const { as, codec, key, keySeparator, lines, raw, schema, tombstone } = words;
  const refuse = (what: string): never => {
    throw new UsageError(what);
  };
  if (tombstone === true) {
    if (key === undefined) refuse("--tombstone needs the key that it is for: --key");
    if (files.length > 0) refuse("--tombstone sends no value, so it takes no files");
  } else if (files.length === 0 && terminal.stdin.isTTY === true) {
    refuse("there is nothing to send: name a file, or pipe something in (echo hello | dataqueues send TOPIC)");
  }
  if (files.filter((file) => file === "-").length > 1) refuse("- can be named once only");
  if (raw === true) {
    const other = Object.entries({ as, codec, schema }).find(([, value]) => value !== undefined)?.[0];
    if (other !== undefined) refuse(`--raw sends bytes unchecked, so it has no --${other}`);
  }
  if (lines === true && as !== undefined) refuse("--lines is --as lines: say one of them");
  if (keySeparator === "") refuse("--key-separator is empty");
  if (keySeparator !== undefined && key !== undefined)
    refuse("the key is either --key or, with --key-separator, in each line");
}

async function taskOf(topic: string, words: SendWords): Promise<Task> {
  const { codec, encodingHeader, keySeparator, maxMessageBytes = "10M", schema } = words;
  return {
    topic,
    options: { ...(await recordFields(words)), encodingHeader },
    codec: codec === undefined ? undefined : await findCodec(codec),
    schema: schema === undefined ? undefined : await findSchema(schema),
    maxBytes: parseSize("--max-message-bytes", maxMessageBytes),
    keySeparator: keySeparator === undefined ? undefined : new TextEncoder().encode(keySeparator),
  };
}

async function inputOf(source: Source, task: Task, words: SendWords, signal: AbortSignal): Promise<Input> {
  const { codec, keySeparator, maxBytes, schema } = task;
  const { as, lines, raw } = words;
  const hasSchema = schema !== undefined;
  const form = await findForm(source, { as, lines, raw, codec, hasSchema, maxBytes }, signal);
  if (keySeparator !== undefined && form.split !== "lines") {
    throw new UsageError(
      `--key-separator is for lines; ${source.name} is one message. --lines makes each of its lines one`,
    );
  }
  return { source, form, check: await messageCheck({ form, codec, schema, context: contextOf(task) }) };
}

/** What codecs are told of the records. */
function contextOf({ topic, options: { headers, key, partition, timestamp } }: Task): RecordContext {
  return { topic, partition, key: key ?? null, headers, timestamp: timestamp?.getTime() ?? Date.now() };
}

/** How many bytes there are to send; undefined where that cannot be known. */
function sizeOf(inputs: readonly Input[]): number | undefined {
  let size = 0;
  for (const { source, form } of inputs) {
    if (source.size === undefined || form.split === "arrays") return undefined;
    size += source.size;
  }
  return size;
}
