/** A gateway in a process of its own: `gateway-main.ts SERVER LIMITS TOPIC…`. Prints its port. */
import { serveGateway } from "@dataqueues/gateway";
import { kafkajs } from "dataqueues";

const [server = "", limits = "{}", ...topics] = process.argv.slice(2);
const { port } = await serveGateway({ transport: kafkajs(server), topics, port: 0, limits: JSON.parse(limits) });
console.log(port);
