import { closeCodes } from "@dataqueues/transport-websocket";

/** Ends the connection of a viewer that did what the protocol, or the gateway, does not allow. */
export class ViewerOffence extends Error {
  override readonly name = "ViewerOffence";
  readonly reason: "badFrame" | "tooMany";

  constructor(reason: "badFrame" | "tooMany", message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.reason = reason;
  }

  /** What the WebSocket is closed with. */
  get code(): number {
    return closeCodes[this.reason];
  }
}
