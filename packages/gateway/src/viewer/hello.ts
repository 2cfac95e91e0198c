import type { IncomingHttpHeaders } from "node:http";
import { closeCodes } from "@dataqueues/transport-websocket";
import type { ErrorBody } from "@dataqueues/transport-websocket";

import { checkPermissions } from "../access/authorize.ts";
import type { Authorize, CheckedPermissions, ViewerRole } from "../access/authorize.ts";
import type { RefusalReason } from "../gateway-events.ts";
import type { HelloBody } from "./request-bodies.ts";

/** Where a client comes from, as the request for its WebSocket said it. */
export interface ClientOrigin {
  readonly address: string;
  readonly origin: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** Why a client is not let in; what it is told, if anything, and the code with which its WebSocket is closed. */
export class HelloRefusal extends Error {
  override readonly name = "HelloRefusal";
  readonly reason: RefusalReason;
  readonly code: number;
  readonly answer: ErrorBody | undefined;

  constructor(reason: RefusalReason, code: number, answer?: ErrorBody, cause?: unknown) {
    super(`refused: ${reason}`, { cause });
    this.reason = reason;
    this.answer = answer;
    this.code = code;
  }
}

/**
 * Decides whether a client is let in, and what it may do.
 *
 * @throws A {@link HelloRefusal}
 */
export async function permissionsOf(
  { role, token }: HelloBody,
  { address, origin, headers }: ClientOrigin,
  authorize: Authorize | undefined,
  roles: readonly ViewerRole[],
): Promise<CheckedPermissions> {
  const permissions = await decision(async () =>
    authorize === undefined ? {} : checkPermissions(await authorize({ token, role, origin, address, headers })),
  );
  const { expiresAt = Infinity } = permissions;
  if (expiresAt <= Date.now()) throw unauthorized(new Error(`expiresAt ${expiresAt} is over`));
  if (!roles.includes(role)) throw new HelloRefusal("unsupportedRole", closeCodes.badFrame, { error: "UNSUPPORTED" });
  if (!(permissions.roles ?? roles).includes(role)) {
    throw new HelloRefusal("role", closeCodes.unauthorized, { error: "CLUSTER_AUTHORIZATION_FAILED" });
  }
  return permissions;
}

async function decision(authorize: () => Promise<CheckedPermissions | undefined>): Promise<CheckedPermissions> {
  let permissions: CheckedPermissions | undefined;
  try {
    permissions = await authorize();
  } catch (cause) {
    throw unauthorized(cause);
  }
  if (permissions === undefined) throw unauthorized();
  return permissions;
}

function unauthorized(cause?: unknown): HelloRefusal {
  return new HelloRefusal("token", closeCodes.unauthorized, { error: "SASL_AUTHENTICATION_FAILED" }, cause);
}
