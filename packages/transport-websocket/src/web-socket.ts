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
  send(data: Uint8Array<ArrayBuffer>): void;
  close(code?: number): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "error", listener: (event: object) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
}

/** Opens a WebSocket and asks for a subprotocol. */
export type WebSocketConstructor = new (url: string, protocol: string) => WebSocketLike;
