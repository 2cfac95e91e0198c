import { websocket } from "@dataqueues/transport-websocket";

import { serveDisplay } from "./serve-display.ts";

/** The Worker's program: consumer, codecs and socket are in it, so that the page's thread is free to draw. */
serveDisplay(globalThis, (url, token) => websocket(url, { token }));
