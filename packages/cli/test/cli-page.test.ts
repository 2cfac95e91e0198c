import { readFile } from "node:fs/promises";
import { exitCodes } from "../src/exit-codes.ts";
import { expect, test } from "vitest";

import { createProgram } from "../src/program.ts";
import { fakeTerminal } from "./fake-terminal.ts";

type Command = ReturnType<typeof createProgram>;
type Option = Command["options"][number];

const page = await readFile(new URL("../../../docs/cli.md", import.meta.url), "utf8");
const program = createProgram(fakeTerminal());
const commands = program.commands.filter((command) => !["help", "__complete"].includes(command.name()));

/** The rows of the table below a heading whose first title is this, each as its cells. */
function rowsBelow(heading: string, title: string): string[][] {
  const [, section = ""] = page.split(`\n${heading}\n`);
  const [own = ""] = section.split(/^#{2,3} /m, 1);
  const tables = own.split(/\n(?!\|)/).map((table) =>
    table
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) =>
        line
          .slice(1, -1)
          .split(/(?<!\\)\|/)
          .map((cell) => cell.trim().replaceAll(String.raw`\|`, "|")),
      ),
  );
  // The titles, and the line below them.
  return tables.find(([titles]) => titles?.[0] === title)?.slice(2) ?? [];
}

/** An option as the page has it: with its choices and its default. */
function rowOf({ flags, description, argChoices, defaultValue }: Option, command = ""): string[] {
  const choices = argChoices === undefined ? "" : ` (${argChoices.join(", ")})`;
  const hasDefault = typeof defaultValue === "string";
  return [`${command}\`${flags}\``, `${description}${choices}${hasDefault ? ` (default: ${defaultValue})` : ""}`];
}

function shown({ options }: Command): readonly Option[] {
  return options.filter(({ hidden, long }) => !hidden && long !== "--version");
}

function optionRows(command: Command): string[][] {
  const nested = command.commands.filter((one) => one.name() !== "help");
  return [
    ...shown(command).map((option) => rowOf(option)),
    ...nested.flatMap((one) => shown(one).map((option) => rowOf(option, `\`${one.name()}\`: `))),
  ];
}

test("docs/cli.md has a section for each command, in the order of the help", () => {
  const [, section = ""] = page.split("\n## Commands\n");
  const headings = Array.from(section.matchAll(/^### (\w+)$/gm), ([, name]) => name);
  expect(headings).toEqual(commands.map((command) => command.name()));
});

test.for(commands.map((command) => [command.name(), command] as const))(
  "docs/cli.md lists the options of %s as its help does",
  ([name, command]) => {
    const rows = rowsBelow(`### ${name}`, "option");
    expect(rows).toEqual(optionRows(command));
  },
);

test("docs/cli.md lists the options of the host as the help does", () => {
  const rows = rowsBelow("## Commands", "option");
  expect(rows).toEqual(shown(program).map((option) => rowOf(option)));
});

test("docs/cli.md tells all exit codes", () => {
  expect(rowsBelow("## Exit codes", "code").map(([code]) => Number(code))).toEqual(Object.values(exitCodes));
});

// What `kcat -h` of version 1.7.1 lists, and the words for places and formats that its options take.
const kcatOptions =
  "-C -P -L -Q -G -t -p -b -D -K -c -m -F -X -d -q -v -E -V -h -z -k -H -l -T -Z -o -e -f -J -s -O -u".split(" ");
const kcatWords = ["beginning", "end", "stored", "s@", "e@", "KCAT_CONFIG", "transactional.id", "-X list", "-X dump"];

test("docs/cli.md says for each option of kcat what does it here, or why nothing does", () => {
  const rows = rowsBelow("## Coming from kcat", "kcat");
  const known = rows.map(([cell = ""]) => cell).join("\n");
  expect(kcatOptions.filter((option) => !new RegExp(String.raw`\`${option}\b`).test(known))).toEqual([]);
  expect(kcatWords.filter((word) => !known.includes(word))).toEqual([]);
  expect(rows.filter(([, here = ""]) => here === "")).toEqual([]);
});
