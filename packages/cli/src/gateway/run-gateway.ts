import { once } from "node:events";
import { DataQueueError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";
import { serveGateway } from "@dataqueues/gateway";
import type { Gateway, OnGatewayEvent } from "@dataqueues/gateway";

import { openHost } from "../host/open-host.ts";
import { errorLine } from "../print/error-line.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { accessLine } from "./access-line.ts";
import { gatewayPlan } from "./gateway-plan.ts";
import type { GatewayCommandOptions, GatewayPlan } from "./gateway-plan.ts";

export type { GatewayCommandOptions } from "./gateway-plan.ts";

/** How long viewers may take to say good-bye. */
const closeTimeoutMs = 1_000;

/** Serves the host until the terminal's signal aborts. */
export async function runGateway(options: GatewayCommandOptions, terminal: Terminal): Promise<void> {
  const plan = await gatewayPlan(options, terminal.env);
  const { transport, name } = await openHost(options, terminal);
  if (!transport.capabilities.write && plan.roles.includes("write")) {
    throw new UsageError(`${name} can only be read: leave write out of --role`);
  }
  if (!transport.capabilities.admin && plan.roles.includes("admin")) {
    throw new UsageError(`the topics of ${name} cannot be changed: leave admin out of --role`);
  }
  const { signal, stdout, stderr } = terminal;
  const gateway = await serve(
    plan,
    transport,
    eventWriter(name, options.verbose === true, (line) => void stderr.write(`${line}\n`)),
  );
  try {
    await stdout.write(`${gateway.url}\n`);
    await stderr.write(`${welcome(plan, name, gateway.url)}\n`);
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    await gateway.close({ timeoutMs: closeTimeoutMs });
  }
}

async function serve(plan: GatewayPlan, transport: Transport, onEvent: OnGatewayEvent): Promise<Gateway> {
  const { topics, port, bind, origins, roles, authorize, trustedProxies } = plan;
  try {
    return await serveGateway({
      transport,
      topics,
      port,
      host: bind,
      origins,
      roles,
      authorize,
      trustedProxies,
      onEvent,
    });
  } catch (error) {
    throw inWordsOfOptions(error, plan);
  }
}

/** What `serveGateway` refuses, in words about the command's options. */
function inWordsOfOptions(error: unknown, { bind, port }: GatewayPlan): unknown {
  if (!(error instanceof DataQueueError)) return error;
  if (error.code === "LISTEN_FAILED") {
    const { cause } = error;
    const isTaken = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!isTaken) return error;
    const message = `port ${port} of ${bind} is taken: give another with --port, or 0 for one that is free`;
    return new DataQueueError(message, { code: error.code, cause: error });
  }
  if (error.code !== "INVALID_ARGUMENT") return error;
  const message = error.message.replace(/^(origins|host)(?:\[\d+\])?/, (_, name: string) =>
    name === "host" ? "--bind" : "--allow-origin",
  );
  return new UsageError(message, { cause: error });
}

/** Writes what an operator has to know: all with `--verbose`; else that the host does not answer, once, or that nobody can be let in. */
function eventWriter(name: string, isVerbose: boolean, write: (line: string) => void): OnGatewayEvent {
  let isAway = false;
  return (event) => {
    if (isVerbose || event.type === "serverFailed") write(accessLine(event));
    if (event.type !== "log") return;
    if (event.event.type === "connectFailed" && !isAway) {
      isAway = true;
      const { reason } = event.event;
      write(`${name} does not answer: ${errorLine(reason)}. It is waited for`);
    } else if (event.event.type === "connected" && isAway) {
      isAway = false;
      write(`${name} answers again`);
    }
  };
}

function welcome({ topicWords, origins, roles, authorize, bind }: GatewayPlan, name: string, url: string): string {
  const what = topicWords.length === 0 ? "all topics but those that begin with __" : topicWords.join(", ");
  const who = origins === undefined ? "pages of this machine and programs" : `only pages of ${origins.join(", ")}`;
  return [
    `Serves ${name} on ${bind}: ${what}`,
    `May connect: ${who}, ${authorize === undefined ? "without a token" : "with the token"}, to ${roles.join(", ")}`,
    `Look through it: dataqueues topics --host ${url}`,
    "Ctrl-C ends it.",
  ].join("\n");
}
