import type { Fault } from "../fault.ts";
import { slowReader } from "./slow-reader.ts";
import { soak } from "./soak.ts";

/** Much to do for long, and readers that do not keep up. */
export const loadFaults: readonly Fault[] = [slowReader, soak];
