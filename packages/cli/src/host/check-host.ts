import { UnsupportedError } from "@dataqueues/core";
import type { Transport } from "@dataqueues/core";

import { withAdvice } from "../print/error-line.ts";
import { usesTls } from "./host-settings.ts";
import type { HostSettings } from "./host-settings.ts";

/** What is known of a host that is to be checked. */
export interface CheckHostOptions {
  readonly name: string;
  readonly settings: HostSettings;
  readonly connectTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Connects once, so that a host that is not there, a certificate that is not trusted and a wrong password are one error at once:
 * the library's clients try again for longer, as services want it.
 *
 * @throws Error that says what to do; its cause is the transport's
 */
export async function checkHost(
  transport: Transport,
  { name, settings, connectTimeoutMs, signal }: CheckHostOptions,
): Promise<void> {
  try {
    const connection = await transport.open("read", { signal, connectTimeoutMs });
    connection.close();
  } catch (cause) {
    // A gateway may let everybody write and nobody read.
    if (cause instanceof UnsupportedError) return;
    signal.throwIfAborted();
    if (!(cause instanceof Error)) throw cause;
    // The transport's words for connecting, without what only its developers want to know.
    const what = cause.message.replace(
      /^Connecting to (\S+): [A-Z_]+: (?:Connection error: )?/,
      "$1 cannot be reached: ",
    );
    throw new Error(withAdvice(what, whatToDo(cause, name, settings)), { cause });
  }
}

function whatToDo(error: Error, name: string, settings: HostSettings): string {
  const { ca, sasl, token } = settings;
  const code = "code" in error ? error.code : undefined;
  const isGateway = /^wss?:/i.test(name);
  if (code === "SSL_AUTHENTICATION_FAILED") {
    if (/CERT_HAS_EXPIRED/.test(error.message)) return "Whoever runs Kafka has to renew the certificate";
    if (/ALTNAME/.test(error.message)) return "Give the host by the name that is in its certificate";
    if (/CERT|UNABLE_TO/.test(error.message)) {
      return ca === undefined
        ? "Give the certificate of its authority with --ca FILE"
        : `Check that the authority in ${ca} has signed its certificate`;
    }
    return "Is this the port for TLS?";
  }
  if (code === "SASL_AUTHENTICATION_FAILED" && isGateway) {
    return token === undefined ? "Set DATAQUEUES_TOKEN" : "Check the token, and whether it has expired";
  }
  if (code === "SASL_AUTHENTICATION_FAILED")
    return "Check --user, and the password in DATAQUEUES_PASSWORD or --password-file";
  if (code === "UNSUPPORTED_SASL_MECHANISM" || code === "ILLEGAL_SASL_STATE") {
    return sasl === undefined
      ? "Log in with --sasl and --user"
      : "Check --sasl: the host has this login not, or none at all";
  }
  if (/wants TLS|TLS or a login/.test(error.message)) {
    return usesTls(settings) ? "Log in with --sasl and --user" : "Try --tls, and --sasl with --user";
  }
  if (isGateway && ca === undefined && /self-signed|local issuer|first certificate/i.test(error.message)) {
    return "Give the certificate of its authority with --ca FILE";
  }
  if (isGateway) return "A gateway that lets in only some pages needs --origin";
  if (name.endsWith(".mcap")) return "Check the path";
  return "Is Kafka running there? Give another address with --host or DATAQUEUES_KAFKA, or try --host memory:, which needs none";
}
