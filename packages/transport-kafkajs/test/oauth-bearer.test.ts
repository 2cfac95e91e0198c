import { expect, test } from "vitest";

import { oauthBearer } from "../src/oauth-bearer.ts";
import { blob, int16, joined, list, text } from "./fields.ts";
import { open, refusal, startAlone, until } from "./scripted-cluster.ts";
import { api } from "./scripted-broker.ts";

/** A broker that takes a token with this response, and refuses it with another one. */
async function startAsking(reply: string | Uint8Array, errorCode = 0) {
  const server = await startAlone();
  const said: string[] = [];
  server.on(api.saslHandshake, ({ body }) => {
    said.push(body.text() ?? "");
    return joined(int16(0), list(text("OAUTHBEARER")));
  });
  server.on(api.saslAuthenticate, ({ body }) => {
    said.push(body.blob()?.toString() ?? "");
    // The error is sent only after the client has acknowledged the refusal.
    const last = said.length > 2;
    return joined(
      int16(last ? 58 : errorCode),
      text(last || errorCode !== 0 ? "invalid_token" : null),
      blob(last ? null : Buffer.from(reply)),
    );
  });
  return { server, said };
}

const sasl = (token: object) =>
  ({ mechanism: "oauthbearer", oauthBearerProvider: () => Promise.resolve({ value: "t0ken", ...token }) }) as const;

test.each([
  ["a token", {}, "n,,\u0001auth=Bearer t0ken\u0001\u0001"],
  [
    "a token with extensions",
    { extensions: { logicalCluster: "lkc-1", é: "è" } },
    "n,,\u0001auth=Bearer t0ken\u0001logicalCluster=lkc-1\u0001é=è\u0001\u0001",
  ],
  ["a token with extensions that are none", { extensions: null }, "n,,\u0001auth=Bearer t0ken\u0001\u0001"],
  ["a token with a text for extensions", { extensions: "ab" }, "n,,\u0001auth=Bearer t0ken\u0001\u0001"],
])("%s is sent as RFC 7628 has it, once", async (_what, token, expected) => {
  const { server, said } = await startAsking("");
  const connection = await open("read", server, { sasl: sasl(token) });
  // kafkajs takes the length from the message itself.
  expect(said).toEqual(["OAUTHBEARER", expected]);
  await expect(connection.metadata(["a"])).resolves.toEqual([]);
});

test("a refused token is acknowledged with one byte, and is not retriable", async () => {
  const { server, said } = await startAsking('{"status":"invalid_token"}');
  const error = await refusal(open("read", server, { sasl: sasl({}) }));
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false });
  expect(error.message).toContain(`${server.address} refused the login by OAUTHBEARER`);
  expect(error.message).not.toContain("t0ken");
  expect(said.slice(2)).toEqual(["\u0001"]);
  await until(() => server.sockets.size === 0);
});

/** What the login sends to a host with this response, and its outcome. */
async function login(reply: unknown) {
  const sent: Buffer[] = [];
  const mechanism = oauthBearer(() => Promise.resolve({ value: "t" }));
  const { authenticate } = mechanism.authenticationProvider({
    host: "h",
    port: 1,
    logger: undefined as never,
    saslAuthenticate: async ({ request, response }) => {
      sent.push(await request.encode());
      if (response === undefined) return undefined;
      return reply === undefined ? undefined : response.parse(await response.decode(reply as Buffer));
    },
  });
  expect(mechanism.mechanism).toBe("oauthbearer");
  const outcome = await authenticate().then(
    () => "in",
    (error: unknown) => String(error),
  );
  return { sent, outcome };
}

test("each message has its length before it, in bytes", async () => {
  const { sent, outcome } = await login(undefined);
  expect(outcome).toBe("in");
  expect(sent).toEqual([joined(Buffer.from("00000013", "hex"), Buffer.from("n,,\u0001auth=Bearer t\u0001\u0001"))]);
});

test("an empty response accepts the token", async () => {
  expect(await login(Buffer.alloc(4))).toMatchObject({ outcome: "in", sent: { length: 1 } });
});

test("a response with a message refuses the token, with that message", async () => {
  const { sent, outcome } = await login(blob(Buffer.from("no way")));
  expect(outcome).toBe("Error: the token was refused: no way");
  expect(sent[1]).toEqual(Buffer.from("0000000101", "hex"));
});
