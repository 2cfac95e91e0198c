import { DataQueueError, invalidArgument } from "@dataqueues/core";

const wanted = "the URL of a gateway, such as ws://localhost:8080 or wss://example.org/queues";

/** Checks the URL of a gateway; throws a `DataQueueError` `INVALID_ARGUMENT` that says what to write instead. */
export function gatewayUrl(given: unknown): URL {
  const url = given instanceof URL ? given : parsed(given);
  if (url === undefined) {
    // A text is not shown: it may hold a token.
    throw typeof given === "string" ? refused(`must be ${wanted}`) : invalidArgument("url", wanted, given);
  }
  if (url.protocol === "http:" || url.protocol === "https:") {
    const shown = `${url.protocol.replace("http", "ws")}//${url.host}${url.pathname}`;
    throw refused(`must begin with ws: or wss:, not ${url.protocol} Write ${shown}`);
  }
  if (url.protocol !== "ws:" && url.protocol !== "wss:") throw invalidArgument("url", wanted, url.protocol);
  if (url.hash !== "") throw refused("must have no # part: a WebSocket's URL has none");
  const isSecret = [...url.searchParams.keys()].some((name) => /token|password|secret/i.test(name));
  if (isSecret || url.username !== "" || url.password !== "") {
    throw refused("must hold no token, user or password: servers and proxies log URLs. Use the option token");
  }
  return url;
}

function parsed(given: unknown): URL | undefined {
  try {
    return typeof given === "string" ? new URL(given) : undefined;
  } catch {
    return undefined;
  }
}

function refused(why: string): DataQueueError {
  return new DataQueueError(`url ${why}`, { code: "INVALID_ARGUMENT" });
}
