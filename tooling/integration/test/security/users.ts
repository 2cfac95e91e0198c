import type { KafkajsConfig } from "@dataqueues/transport-kafkajs";
import {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  Kafka as Client,
  logLevel,
  ResourcePatternTypes,
} from "kafkajs";
import type { AclEntry, Admin } from "kafkajs";

type Sasl = NonNullable<KafkajsConfig["sasl"]>;

/** The users of the test's Kafka. */
export const passwords = {
  admin: "correct-horse-7",
  reader: "battery-staple-8",
  writer: "paper-clip-9",
  stranger: "safety-pin-10",
};
export type User = keyof typeof passwords;
/** A password that no user has. */
export const wrongPassword: string = "wrong-horse-6";
/** The mechanisms that use a password. */
export const mechanisms = ["plain", "scram-sha-256", "scram-sha-512"] as const;

/** The login of a user. Each mechanism has its own type in kafkajs. */
export function login(
  mechanism: (typeof mechanisms)[number],
  username: User,
  password: string = passwords[username],
): Sasl {
  if (mechanism === "plain") return { mechanism, username, password };
  return mechanism === "scram-sha-256" ? { mechanism, username, password } : { mechanism, username, password };
}

/** An unsigned token that expires in so many seconds. */
export function tokenOf(user: User, seconds: number): string {
  const part = (json: object): string => Buffer.from(JSON.stringify(json)).toString("base64url");
  const now = Math.floor(Date.now() / 1_000);
  return `${part({ alg: "none" })}.${part({ sub: user, iat: now - 7_200, exp: now + seconds })}.`;
}

export function byToken(value: string): Sasl {
  return { mechanism: "oauthbearer", oauthBearerProvider: () => Promise.resolve({ value }) };
}

/** What a user may do with a topic. */
export type Granted = readonly [user: User, operation: "READ" | "WRITE"];

/** Grants the reader READ and the writer WRITE, or something else. Only the admin may create topics. */
export async function grant(
  host: string,
  ssl: KafkajsConfig["ssl"],
  topic: string,
  granted: readonly Granted[] = [
    ["reader", "READ"],
    ["writer", "WRITE"],
  ],
): Promise<void> {
  const admin = await adminOf(host, ssl);
  await admin.createAcls({
    acl: granted.map(([user, operation]) => ({
      ...ofTopic(topic),
      principal: `User:${user}`,
      host: "*",
      operation: AclOperationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  });
  await admin.disconnect();
}

/** Grants the reader a group: to be its member, and to read and commit its offsets. */
export async function grantGroup(host: string, ssl: KafkajsConfig["ssl"], group: string): Promise<void> {
  const admin = await adminOf(host, ssl);
  await admin.createAcls({
    acl: [
      {
        resourceType: AclResourceTypes.GROUP,
        resourceName: group,
        resourcePatternType: ResourcePatternTypes.LITERAL,
        principal: "User:reader",
        host: "*",
        operation: AclOperationTypes.READ,
        permissionType: AclPermissionTypes.ALLOW,
      },
    ],
  });
  await admin.disconnect();
}

/** Takes from all users but the admin what they may do with a topic. */
export async function revoke(host: string, ssl: KafkajsConfig["ssl"], topic: string): Promise<void> {
  const admin = await adminOf(host, ssl);
  const anything = { operation: AclOperationTypes.ANY, permissionType: AclPermissionTypes.ANY };
  await admin.deleteAcls({ filters: [{ ...ofTopic(topic), ...anything }] });
  await admin.disconnect();
}

async function adminOf(host: string, ssl: KafkajsConfig["ssl"]): Promise<Admin> {
  const sasl = login("plain", "admin");
  const admin = new Client({ brokers: [host], ssl: ssl ?? false, sasl, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  return admin;
}

function ofTopic(topic: string): Pick<AclEntry, "resourceType" | "resourceName" | "resourcePatternType"> {
  return {
    resourceType: AclResourceTypes.TOPIC,
    resourceName: topic,
    resourcePatternType: ResourcePatternTypes.LITERAL,
  };
}
