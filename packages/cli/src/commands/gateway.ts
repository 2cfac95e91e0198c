import type { Command } from "commander";

import type { GatewayCommandOptions } from "../gateway/run-gateway.ts";
import { addExamples } from "../print/examples.ts";
import type { Terminal } from "../terminal/terminal.ts";

export function addGateway(program: Command, terminal: Terminal): void {
  const gateway = program
    .command("gateway")
    .summary("serve topics to web pages and other programs")
    .description("Serves topics to web pages and other programs over WebSockets, until Ctrl-C.")
    .option(
      "-t, --topics <topic...>",
      "names, or patterns (/^metrics-/, 'metrics-*'); by default all but those that begin with __",
    )
    .option("--port <number>", "where to listen; 0 for a port that is free", "8080")
    .option(
      "--bind <address>",
      "the address to listen on; one that others can reach needs --topics, --allow-origin and a token",
      "127.0.0.1",
    )
    .option(
      "--allow-origin <origin...>",
      "the pages that may connect (https://display.example), and then nobody else; by default pages of this machine and programs",
    )
    .option("--role <roles>", "what those who connect may do: read, write, admin, with commas", "read")
    .option(
      "--token-file <file>",
      "a file with the token that they must show; or the variable DATAQUEUES_GATEWAY_TOKEN",
    )
    .option("--trusted-proxies <number>", "how many proxies in front add to X-Forwarded-For", "0")
    .addHelpText(
      "after",
      `
It prints its address. With --verbose there is a line for each client that comes,
goes or is refused. /healthz and /metrics are for those who look after it. It
speaks no TLS: put a proxy in front for pages of https.`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { runGateway } = await import("../gateway/run-gateway.ts");
      await runGateway(command.optsWithGlobals<GatewayCommandOptions>(), terminal);
    });
  addExamples(gateway, [
    ["dataqueues gateway", "all topics to pages and programs of this machine"],
    ["dataqueues gateway --host night.mcap", "a recorded night to displays"],
    ["dataqueues gateway --host memory: --role read,write,admin", "a place to try things out without Kafka"],
    ["dataqueues topics --host ws://localhost:8080", "look through it, in another terminal"],
    [
      "dataqueues gateway --bind 0.0.0.0 --topics '/^metrics-/' --allow-origin https://display.example --token-file token.txt",
      "some topics to a page on other machines",
    ],
  ]);
}
