import type { AdminAnswer } from "@dataqueues/transport-websocket";

import { askAllowed, refusal } from "./request-context.ts";
import type { RequestContext, ViewerRequest } from "./request-context.ts";

/** What an admin asks. */
export class Administration {
  readonly #context: RequestContext;

  constructor(context: RequestContext) {
    this.#context = context;
  }

  async admin({ body, answer }: ViewerRequest): Promise<void> {
    const { log, bodies, topics } = this.#context;
    const { specs, ...request } = bodies.admin(body);
    const results = await askAllowed<(typeof specs)[number], unknown>(
      specs,
      (spec) => {
        const { topic, partition } = typeof spec === "string" ? { topic: spec } : spec;
        const why = refusal(topics, topic, request.leader);
        return why && { topic, partition, ...why };
      },
      (allowed) => log.admin({ ...request, specs: allowed }),
    );
    await answer({ results } satisfies AdminAnswer);
  }
}
