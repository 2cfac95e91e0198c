import { invalidArgument, isIterable } from "@dataqueues/core";

/** Topics by name, or by a pattern that is searched for in the name: `/^metrics-/` for all that begin so. */
export type TopicList = Iterable<string | RegExp>;

/** The topics that somebody may name. */
export class TopicAccess {
  readonly #names: Set<string> = new Set();
  readonly #patterns: RegExp[] = [];

  /**
   * @param name - what errors call the list
   * @throws A `DataQueueError` `INVALID_ARGUMENT` for anything but a list of names and RegExps
   */
  constructor(name: string, topics: unknown) {
    if (!isIterable(topics)) throw invalidArgument(name, "a list of topics' names and RegExps", topics);
    for (const [index, topic] of [...topics].entries()) {
      if (topic instanceof RegExp) this.#patterns.push(new RegExp(topic));
      else if (typeof topic === "string" && topic !== "") this.#names.add(topic);
      else throw invalidArgument(`${name}[${index}]`, "a topic's name or a RegExp", topic);
    }
  }

  /** A name of the list, if it has one. */
  get firstName(): string | undefined {
    return this.#names.values().next().value;
  }

  /**
   * Kafka's own topics begin with two underscores: they are meant by their names only, never by a pattern. What no topic can be
   * called is not given to a pattern either, as it may be long, and some patterns take exponential time.
   */
  allows(topic: string): boolean {
    if (this.names(topic)) return true;
    if (topic.startsWith("__") || !legalName.test(topic)) return false;
    return this.#patterns.some((pattern) => matches(pattern, topic));
  }

  /** Whether the topic is on the list by its name. */
  names(topic: string): boolean {
    return this.#names.has(topic);
  }
}

/** Source: `org.apache.kafka.common.internals.Topic`. */
const legalName = /^[a-zA-Z0-9._-]{1,249}$/;

/** With the flags g and y a RegExp goes on where it was; it begins anew here. */
function matches(pattern: RegExp, topic: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(topic);
}
