import { createHash, timingSafeEqual } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Authorize, ViewerRole } from "@dataqueues/gateway";

import { parseInteger } from "../arguments/parse-integer.ts";
import { parseTopics } from "../arguments/topic-selection.ts";
import type { HostOptions } from "../host/open-host.ts";
import { UsageError } from "../usage-error.ts";

/** The options of `dataqueues gateway`, as they were written. */
export interface GatewayCommandOptions extends HostOptions {
  readonly topics?: readonly string[] | undefined;
  readonly port: string;
  readonly bind: string;
  readonly allowOrigin?: readonly string[] | undefined;
  readonly role: string;
  readonly tokenFile?: string | undefined;
  readonly trustedProxies: string;
}

/** What a gateway is to do. */
export interface GatewayPlan {
  readonly topics: readonly (string | RegExp)[];
  /** As they were written; none for all topics. */
  readonly topicWords: readonly string[];
  readonly port: number;
  readonly bind: string;
  readonly origins: readonly string[] | undefined;
  readonly roles: readonly ViewerRole[];
  readonly authorize: Authorize | undefined;
  readonly trustedProxies: number;
}

const roleNames: readonly ViewerRole[] = ["read", "write", "admin"];

/**
 * Reads the options, and the token.
 *
 * @throws UsageError that says what to write, also where others could reach more than was said
 */
export async function gatewayPlan(
  options: GatewayCommandOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<GatewayPlan> {
  const { topics: topicWords = [], bind, allowOrigin: origins } = options;
  const { names, patterns } = parseTopics(topicWords);
  const token = await tokenOf(options, env);
  if (!isThisMachine(bind)) {
    const missing = [
      topicWords.length === 0 && "--topics (what they may see)",
      origins === undefined && "--allow-origin (which pages may connect)",
      token === undefined && "--token-file (what they must show)",
    ].filter((option) => option !== false);
    if (missing.length > 0) throw new UsageError(`others can reach ${bind}: give ${missing.join(" and ")} as well`);
  }
  return {
    // A gateway keeps names that begin with __ from patterns.
    topics: topicWords.length === 0 ? [/^/] : [...names, ...patterns],
    topicWords,
    port: parseInteger("--port", options.port, 0, 65_535),
    bind,
    origins,
    roles: rolesOf(options.role),
    authorize: token === undefined ? undefined : authorizeBy(token),
    trustedProxies: parseInteger("--trusted-proxies", options.trustedProxies, 0, 10),
  };
}

function rolesOf(text: string): ViewerRole[] {
  const words = text.split(",").map((word) => word.trim());
  const roles = roleNames.filter((role) => words.includes(role));
  const unknown = words.find((word) => !roles.some((role) => role === word));
  if (unknown === undefined) return roles;
  throw new UsageError(`--role is one or more of read, write and admin, with commas, not ${JSON.stringify(text)}`);
}

async function tokenOf(
  { tokenFile }: GatewayCommandOptions,
  { DATAQUEUES_GATEWAY_TOKEN: fromEnv }: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  if (tokenFile === undefined && fromEnv === undefined) return undefined;
  const [place, text] =
    tokenFile === undefined
      ? ["DATAQUEUES_GATEWAY_TOKEN", fromEnv ?? ""]
      : [tokenFile, await readFile(tokenFile, "utf8").catch(unreadable)];
  const token = text.trim();
  if (/^\S+$/.test(token)) return token;
  throw new UsageError(`${place} has no token: it must be one word`);
}

function unreadable(cause: unknown): never {
  throw new UsageError(`the file of --token-file cannot be read: ${String(cause)}`, { cause });
}

/** Digests have one length, and comparing them takes the same time wherever they differ. */
function authorizeBy(token: string): Authorize {
  const expected = digest(token);
  return ({ token: shown }) => shown !== undefined && timingSafeEqual(digest(shown), expected);
}

function digest(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

function isThisMachine(address: string): boolean {
  return address === "localhost" || address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(address);
}
