import type { Mechanism, OauthbearerProviderResponse } from "kafkajs";

const separator = "\u0001";

/**
 * The login by token, RFC 7628. kafkajs has one too, but takes every answer for a yes: a token is refused by JSON in an
 * answer that is no error, after which the host waits for one more byte to say so.
 *
 * Source: https://www.rfc-editor.org/rfc/rfc7628#section-3.2.3
 */
export function oauthBearer(provider: () => Promise<OauthbearerProviderResponse>): Mechanism {
  return {
    mechanism: "oauthbearer",
    authenticationProvider: ({ saslAuthenticate }) => ({
      authenticate: async () => {
        const token = await provider();
        const parts = [`auth=Bearer ${token.value}`, ...extensionsOf(token)];
        const refusal = await saslAuthenticate<string>({
          request: { encode: () => withLength(`n,,${separator}${parts.join(separator)}${separator}${separator}`) },
          response: { decode: (answer) => answer.subarray(4), parse: String },
        });
        if (refusal === undefined || refusal === "") return;
        await saslAuthenticate({ request: { encode: () => withLength(separator) } });
        throw new Error(`the token was refused: ${refusal}`);
      },
    }),
  };
}

/** What kafkajs sends with a token, though its types do not tell. */
function extensionsOf(token: OauthbearerProviderResponse): string[] {
  if (!("extensions" in token) || typeof token.extensions !== "object" || token.extensions === null) return [];
  return Object.entries(token.extensions).map(([name, value]) => `${name}=${value}`);
}

function withLength(text: string): Buffer {
  const bytes = Buffer.alloc(4 + Buffer.byteLength(text));
  bytes.writeInt32BE(bytes.length - 4);
  bytes.write(text, 4);
  return bytes;
}
