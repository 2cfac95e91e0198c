import { missingOf, requirements } from "@dataqueues/tooling-machine";
import type { Requirement } from "@dataqueues/tooling-machine";

/** What this machine lacks to start a broker; nothing when all is there. */
export function missingRequirements(): Requirement[] {
  return missingOf([requirements.java, requirements.maven]);
}
