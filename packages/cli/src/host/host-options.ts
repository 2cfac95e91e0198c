import type { Command } from "commander";

/** The options that every command has for its host. All are texts as they were written. */
export interface HostOptions {
  readonly host?: string | undefined;
  readonly config?: string | undefined;
  readonly tls?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly insecure?: boolean | undefined;
  readonly sasl?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly token?: string | undefined;
  readonly origin?: string | undefined;
  readonly timeout?: string | undefined;
  readonly verbose?: boolean | undefined;
}

/** Adds the options that every command has. A password is no option: other users of the machine could see it. */
export function addHostOptions(program: Command): void {
  program
    .option("--host <address>", "Kafka (host:9092), a gateway (ws://…), memory:, a recording (night.mcap) or a name")
    .option("--config <file>", "named hosts, instead of ~/.config/dataqueues/config.json")
    .option("--tls", "encrypt the connection to Kafka")
    .option("--ca <file>", "the certificate of the authority to trust, in PEM")
    .option("--cert <file>", "this client's certificate, in PEM")
    .option("--tls-key <file>", "the key of this client's certificate, in PEM")
    .option("--insecure", "do not check the certificate of the host")
    .option("--sasl <mechanism>", "log in: plain, scram-sha-256 or scram-sha-512")
    .option("--user <name>", "who logs in; the password is in DATAQUEUES_PASSWORD")
    .option("--password-file <file>", "a file with the password, instead of DATAQUEUES_PASSWORD")
    .option("--token <token>", "for a gateway; DATAQUEUES_TOKEN is safer")
    .option("--origin <origin>", "for a gateway that lets in only some pages: come as one of them, https://…")
    .option("--timeout <seconds>", "how long to wait for the host: 10 by default")
    .option("--verbose", "print causes of errors, retries and lost connections");
}
