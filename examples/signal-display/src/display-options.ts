import { isIP } from "node:net";
import { parseArgs } from "node:util";

/** How the display is started. */
export interface DisplayOptions {
  /** Kafka's address; undefined for a queue in this process. */
  readonly kafka: string | undefined;
  /** Whether simulated metrics are published. */
  readonly generator: boolean;
  readonly subarray: string;
  readonly port: number;
  readonly host: string;
  /** What viewers have to know, if the display is open to other machines. */
  readonly token: string | undefined;
}

/** What `--help` prints. */
export const usage = `npx -y pnpm@12 display [options]

Starts a data queue, a generator of metrics, a gateway and a page that shows them. Ctrl-C ends it all.

  --kafka HOST:PORT   metrics from Apache Kafka instead of a queue in this process
  --no-generator      with --kafka: shows what is there, and publishes nothing
  --subarray ID       the end of the topics' names, 01 by default: metrics-spectrum-01
  --port N            8090 by default; 0 for any that is free
  --host ADDRESS      127.0.0.1 by default: this machine only
  --token TEXT        what viewers have to know; needed for a host that other machines reach`;

/** A command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads the command line.
 *
 * @returns undefined if help is asked for
 * @throws UsageError that says what is wrong
 */
export function displayOptions(args: readonly string[]): DisplayOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  const { kafka, subarray = "01", port = "8090", host = "127.0.0.1", token } = values;
  const generator = values["no-generator"] !== true;
  if (!generator && kafka === undefined) throw new UsageError("--no-generator leaves nothing to show without --kafka");
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(subarray)) {
    throw new UsageError(`--subarray must be letters, digits, dots, dashes or underscores, not "${subarray}"`);
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port must be a whole number from 0 to 65535, not "${port}"`);
  }
  if (token === "") throw new UsageError("--token must not be empty");
  if (!isLoopback(host) && token === undefined) {
    throw new UsageError(`--host ${host} is open to other machines: say with --token what viewers have to know`);
  }
  return { kafka, generator, subarray, port: Number(port), host, token };
}

/** Whether only this machine reaches an address. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

interface Values {
  readonly kafka?: string | undefined;
  readonly "no-generator"?: boolean | undefined;
  readonly subarray?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly token?: string | undefined;
  readonly help?: boolean | undefined;
}

function parse(args: readonly string[]): Values {
  try {
    return parseArgs({
      args: args.filter((argument) => argument !== "--"),
      options: {
        kafka: { type: "string" },
        "no-generator": { type: "boolean" },
        subarray: { type: "string" },
        port: { type: "string" },
        host: { type: "string" },
        token: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new UsageError(cause.message, { cause });
  }
}
