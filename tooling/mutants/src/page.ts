import type { TestedPackage } from "./packages.ts";
import { scoreOf } from "./verdict.ts";
import type { Count, Verdict } from "./verdict.ts";

/** The results of a package as a Markdown page. */
export function pageOf(name: string, tested: TestedPackage, { counts, survivors, explained }: Verdict): string {
  const total: Count = { file: "all", killed: 0, timeout: 0, equivalent: 0, survived: 0 };
  for (const { killed, timeout, equivalent, survived } of counts) {
    total.killed += killed;
    total.timeout += timeout;
    total.equivalent += equivalent;
    total.survived += survived;
  }
  const row = (count: Count): string => {
    const { file, killed, timeout, equivalent, survived } = count;
    return `| ${file} | ${scoreOf([count]).toFixed(1)} | ${killed} | ${timeout} | ${survived} | ${equivalent} |`;
  };
  return `${[
    `# Mutation tests of ${name}`,
    "",
    `Score ${scoreOf(counts).toFixed(1)} %, goal ${tested.goal} %. Written by \`pnpm mutants ${name}\`.`,
    "",
    "| file | score | noticed | timeout | not noticed | no effect |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...[total, ...counts].map(row),
    "",
    "## Not noticed",
    "",
    ...survivors.map(({ file, at, mutator, original, replacement }) => {
      return `- ${file}:${at} ${mutator}: ${code(original)} → ${code(replacement)}`;
    }),
    "",
    "## No effect",
    "",
    ...explained.map(({ file, line, replacement, why }) => `- ${file}: ${code(line)} → ${code(replacement)}: ${why}`),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

function code(text: string): string {
  const short = text.replaceAll(/\s+/gu, " ");
  const shown = short.length > 100 ? `${short.slice(0, 100)}…` : short;
  return shown.includes("`") ? `\`\` ${shown} \`\`` : `\`${shown}\``;
}
