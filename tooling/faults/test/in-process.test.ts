import { describe } from "vitest";

import { inProcessFaults } from "../src/in-process/in-process-faults.ts";
import { SharedNodes } from "../src/shared-nodes.ts";
import { gateForm } from "./gate-form.ts";

describe("the log in this process, the short form of the faults", () => gateForm(inProcessFaults, new SharedNodes()));
