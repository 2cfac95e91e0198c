import type { TopicAccess } from "./topic-access.ts";

/** The topics that one viewer may name: those that are on the gateway's list and on that of the viewer. */
export class ViewerTopics {
  readonly #lists: readonly TopicAccess[];

  constructor(lists: readonly TopicAccess[]) {
    this.#lists = lists;
  }

  allows(topic: string): boolean {
    return this.#lists.every((list) => list.allows(topic));
  }

  /** Whether a topic is told when all are asked for. The log's own topics are told only where they are listed by name. */
  shows({ topic, isInternal = false }: { readonly topic: string; readonly isInternal?: boolean | undefined }): boolean {
    return this.allows(topic) && (!isInternal || this.#lists.every((list) => list.names(topic)));
  }
}
