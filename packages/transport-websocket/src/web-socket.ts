/**
 * What the transport needs of a WebSocket: the one of browsers and of Node from 22 on has it, and so does that of `ws`. Source:
 * https://websockets.spec.whatwg.org/
 */
export interface WebSocketLike {
  binaryType: string;
  /** The subprotocol that the server chose. */
  readonly protocol: string;
  /** Bytes that were given to `send` and have not gone out. */
  readonly bufferedAmount: number;
  /** Sends one binary message. */
  send(data: Uint8Array<ArrayBuffer>): void;
  /** Ends the connection, with a code of RFC 6455 or one from 4000 to 4999. */
  close(code?: number): void;
  /** Hears when the connection is there. */
  addEventListener(type: "open", listener: () => void): void;
  /** Hears each message. */
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  /** Hears of a failure, after which it is closed. */
  addEventListener(type: "error", listener: (event: object) => void): void;
  /** Hears how it ended, once. */
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Opens a WebSocket and asks for a subprotocol. */
export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;
