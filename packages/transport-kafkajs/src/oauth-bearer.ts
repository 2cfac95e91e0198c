import type { Mechanism, OauthbearerProviderResponse } from "kafkajs";

const separator = "\u0001";

/**
 * The login by token, RFC 7628. kafkajs has one too, but takes every response for a yes. A host refuses a token by JSON in a
 * response without an error code, and sends the error only after the client has acknowledged that with one byte.
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
          response: { decode: (response) => response.subarray(4), parse: String },
        });
        if (refusal === undefined || refusal === "") return;
        await saslAuthenticate({ request: { encode: () => withLength(separator) } });
        throw new Error(`the token was refused: ${refusal}`);
      },
    }),
  };
}

/** The token's extensions, which kafkajs supports although its types do not have them. */
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
