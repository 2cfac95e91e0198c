import { makeCertificates } from "./certificates.ts";
import type { Certificates, ServerCertificate } from "./certificates.ts";

/** How clients must connect. The nodes connect to each other without TLS and SASL. */
export interface Security {
  readonly tls?: {
    readonly certificate?: ServerCertificate;
    /** Whether clients must show a certificate too. */
    readonly clientCertificate?: boolean;
  };
  readonly sasl?: {
    readonly mechanisms: readonly SaslMechanism[];
    /** Passwords by user. */
    readonly users: Readonly<Record<string, string>>;
    /** Turns on Kafka's authorizer. These users may do everything, the others only what an ACL allows. */
    readonly superUsers?: readonly string[];
  };
}

/** With OAUTHBEARER, Kafka accepts unsigned tokens for any user. */
export type SaslMechanism = "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512" | "OAUTHBEARER";

/** The broker settings and files that a cluster's security needs. */
export interface SecuritySettings {
  readonly protocol: "PLAINTEXT" | "SSL" | "SASL_PLAINTEXT" | "SASL_SSL";
  /** Broker settings of the listener for clients, by Kafka's names. */
  readonly properties: Readonly<Record<string, string>>;
  /** Arguments of the command that formats the storage; it creates the SCRAM users. */
  readonly formatArguments: readonly string[];
  /** With TLS, the options that clients need for `tls.connect`. */
  readonly tls?: Certificates["client"];
}

/** The settings for the given security; certificates are created in `directory`. */
export async function securitySettings({ tls, sasl }: Security, directory: string): Promise<SecuritySettings> {
  const certificates = tls && (await makeCertificates(directory, tls.certificate ?? "valid"));
  const plain = sasl ? "SASL_PLAINTEXT" : "PLAINTEXT";
  const encrypted = sasl ? "SASL_SSL" : "SSL";
  return {
    protocol: tls ? encrypted : plain,
    properties: {
      ...(certificates && tlsProperties(certificates, tls?.clientCertificate ?? false)),
      ...(sasl && saslProperties(sasl)),
    },
    formatArguments: sasl ? scramArguments(sasl) : [],
    ...(certificates && { tls: certificates.client }),
  };
}

function tlsProperties(certificates: Certificates, clientCertificate: boolean): Record<string, string> {
  return {
    "listener.name.client.ssl.keystore.type": "PEM",
    "listener.name.client.ssl.keystore.location": certificates.serverFile,
    "listener.name.client.ssl.truststore.type": "PEM",
    "listener.name.client.ssl.truststore.location": certificates.authorityFile,
    "listener.name.client.ssl.client.auth": clientCertificate ? "required" : "none",
  };
}

function saslProperties({ mechanisms, users, superUsers }: NonNullable<Security["sasl"]>): Record<string, string> {
  const plainUsers = Object.entries(users).map(([user, password]) => `user_${user}=${JSON.stringify(password)}`);
  const modules = {
    PLAIN: `org.apache.kafka.common.security.plain.PlainLoginModule required ${plainUsers.join(" ")};`,
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    OAUTHBEARER: "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
  };
  const listener = mechanisms.map((mechanism) => [
    `listener.name.client.${mechanism.toLowerCase()}.sasl.jaas.config`,
    modules[mechanism],
  ]);
  return {
    "listener.name.client.sasl.enabled.mechanisms": mechanisms.join(","),
    ...Object.fromEntries(listener),
    ...(superUsers && {
      "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      // The nodes connect to each other as ANONYMOUS; with SASL no client can.
      "super.users": ["ANONYMOUS", ...superUsers].map((user) => `User:${user}`).join(";"),
    }),
  };
}

function scramArguments({ mechanisms, users }: NonNullable<Security["sasl"]>): string[] {
  return mechanisms
    .filter((mechanism) => mechanism.startsWith("SCRAM"))
    .flatMap((mechanism) =>
      Object.entries(users).flatMap(([name, password]) => [
        "--add-scram",
        `${mechanism}=[name=${name},password=${password}]`,
      ]),
    );
}
