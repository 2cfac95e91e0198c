import type { Argument, Command, Option } from "commander";

import type { Terminal } from "../terminal/terminal.ts";
import { suggestValues } from "./suggest-values.ts";

/** A word that may stand where the cursor is. */
export interface Candidate {
  readonly word: string;
  readonly what: string;
}

/** What the words before the cursor say. */
interface Line {
  readonly command: Command;
  /** The values of options by their names in code. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly operands: readonly string[];
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** Whether `--` has ended the options. */
  readonly hasEnded: boolean;
}

/**
 * The words that may stand at the end of a line: commands, options, or values such as topics. None for what only the shell can
 * complete, which are files. Never rejects: a host that does not answer soon has no topics.
 *
 * @param words - what is before the cursor; the last may be empty, or the beginning of a word
 */
export async function complete(
  program: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<readonly Candidate[]> {
  const current = words.at(-1) ?? "";
  const line = readLine(program, words.slice(0, -1));
  const candidates = await candidatesFor(line, current, terminal);
  return candidates.filter(({ word }) => word.startsWith(current));
}

async function candidatesFor(line: Line, current: string, terminal: Terminal): Promise<readonly Candidate[]> {
  const { command, options, operands, pending, hasEnded } = line;
  const values = async (target: Option | Argument): Promise<readonly string[]> =>
    target.argChoices ?? (await suggestValues(target.name(), options, terminal));
  if (pending !== undefined) return described(await values(pending), pending.description);
  if (!hasEnded && current.startsWith("-")) {
    const [name = "", value] = split(current);
    const option = findOption(command, name);
    if (value !== undefined) {
      if (option === undefined) return [];
      return described(
        (await values(option)).map((each) => `${name}=${each}`),
        option.description,
      );
    }
    return optionsOf(command).flatMap(({ long, short, description }) => {
      const word = long ?? short;
      return word === undefined ? [] : [{ word, what: description }];
    });
  }
  if (command.commands.length > 0) {
    const commands = command.commands.filter((each) => !each.name().startsWith("__"));
    return commands.map((each) => ({ word: each.name(), what: each.summary() || firstLine(each.description()) }));
  }
  const last = command.registeredArguments.at(-1);
  const argument = command.registeredArguments[operands.length] ?? (last?.variadic === true ? last : undefined);
  if (argument === undefined) return [];
  const unused = (await values(argument)).filter((word) => !operands.includes(word));
  return described(unused, argument.name());
}

function readLine(program: Command, words: readonly string[]): Line {
  let command = program;
  let pending: Option | undefined;
  let hasEnded = false;
  const options: Record<string, unknown> = {};
  const operands: string[] = [];
  for (const word of words) {
    if (pending !== undefined) {
      options[pending.attributeName()] = word;
      pending = undefined;
    } else if (word === "--") hasEnded = true;
    else if (!hasEnded && word.startsWith("-") && word !== "-") {
      const [name = "", value] = split(word);
      const option = findOption(command, name);
      if (option?.required === true && value === undefined) pending = option;
      else if (option !== undefined) options[option.attributeName()] = value ?? true;
    } else {
      const found = command.commands.find((each) => each.name() === word);
      if (found === undefined) operands.push(word);
      else command = found;
    }
  }
  return { command, options, operands, pending, hasEnded };
}

/** `--codec=npy` in its two parts. */
function split(word: string): readonly string[] {
  const at = word.startsWith("--") ? word.indexOf("=") : -1;
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}

function findOption(command: Command, word: string): Option | undefined {
  return optionsOf(command).find(({ long, short }) => long === word || short === word);
}

/** The options of a command, and those of the commands above it. */
function optionsOf(command: Command): Option[] {
  const help = Object.assign(command.createHelp(), { showGlobalOptions: true });
  return [...help.visibleOptions(command), ...help.visibleGlobalOptions(command)];
}

function described(words: readonly string[], what: string): Candidate[] {
  return words.map((word) => ({ word, what: firstLine(what) }));
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}
