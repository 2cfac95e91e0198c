import { safeText } from "./safe-text.ts";

/** What to do about errors that have these codes, of Kafka and of Node. */
const hints: Readonly<Record<string, string>> = {
  UNKNOWN_TOPIC_OR_PARTITION: "`dataqueues topics` lists the topics that exist",
  TOPIC_AUTHORIZATION_FAILED: "Whoever runs Kafka grants the right for this topic to your user",
  GROUP_AUTHORIZATION_FAILED: "Whoever runs Kafka grants the right for this group to your user",
  CLUSTER_AUTHORIZATION_FAILED: "Whoever runs Kafka or the gateway grants this right to your user",
  ENOENT: "Check the path",
  EACCES: "Check who may read and write it",
  ENOSPC: "Make room on the disk",
};

/** Node's words for what is wrong with a file, without the code and the name of the call. */
const systemError = /^E[A-Z]+: ([^,]+), \w+(?: '(.*)')?$/s;

/** An error in one line for a person: what is wrong and, where that is known, what to do. */
export function errorLine(error: unknown): string {
  const what = oneLine(messageOf(error));
  const hint = hints[codeOf(error)];
  if (hint === undefined) return what;
  return withAdvice(what, hint);
}

/** What is wrong, and what to do about it, as two sentences. */
export function withAdvice(what: string, advice: string): string {
  return `${what}${/[.?!]$/.test(what) ? "" : "."} ${advice}`;
}

/** The lines of an error's causes, from the nearest on. */
export function causeLines(error: unknown): string[] {
  const lines: string[] = [];
  const seen = new Set<unknown>([error]);
  for (let { cause } = asError(error); cause !== undefined && !seen.has(cause); { cause } = asError(cause)) {
    seen.add(cause);
    lines.push(`cause: ${nameOf(cause)}${oneLine(messageOf(cause))}`);
  }
  return lines;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, why, path] = systemError.exec(error.message) ?? [];
  if (why !== undefined) return path === undefined ? why : `${path}: ${why}`;
  // Node's error when all addresses of a host refuse has an empty message.
  if (error.message === "" && error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error.message === "" ? error.name : error.message;
}

function asError(error: unknown): { readonly cause?: unknown } {
  return error instanceof Error ? error : {};
}

function nameOf(error: unknown): string {
  return error instanceof Error && error.name !== "Error" ? `${error.name}: ` : "";
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** Lines that a message has become one, and text that came from elsewhere moves no cursor. */
function oneLine(message: string): string {
  return safeText(message.trim().replace(/\s*\n\s*/g, " "));
}
