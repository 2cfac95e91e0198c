import { DisplayPage } from "./display-page.ts";
import "./page.css";
import { worker } from "./start.ts";

// The gateway is beside the page. A token may stand after "#", which browsers send to no server: "#token=…".
const address = new URL("queues", location.href);
address.protocol = address.protocol.replace("http", "ws");
address.search = address.hash = "";

const page: DisplayPage = new DisplayPage({
  worker,
  url: address.href,
  token: new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined,
  subarray: new URLSearchParams(location.search).get("subarray") ?? "01",
});

export { page };
