import type { Transport } from "@dataqueues/core";

import type { ToPage, ToWorker } from "../display-messages.ts";
import { DisplayFeed } from "./display-feed.ts";

/** What is used here of a Worker's global scope. */
export interface PagePort {
  postMessage(messages: readonly ToPage[], options: { readonly transfer: Transferable[] }): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
}

/**
 * Does what a page asks for. It is the whole program of the Worker, but for the transport.
 *
 * @param open - the transport to the page's gateway
 */
export function serveDisplay(port: PagePort, open: (url: string, token: string | undefined) => Transport): void {
  let feed: DisplayFeed | undefined;
  port.addEventListener("message", ({ data: message }) => {
    if (message.type === "start") {
      const { url, token, subarray, view } = message;
      void feed?.close();
      const post = (messages: readonly ToPage[], transfer: ArrayBuffer[]): void =>
        port.postMessage(messages, { transfer });
      feed = new DisplayFeed({ transport: open(url, token), subarray, view, post });
    } else if (message.type === "view") feed?.show(message.view);
    else feed?.[message.type]();
  });
}
