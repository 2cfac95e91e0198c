import { describe } from "vitest";

import { inProcessNemeses } from "../src/all-nemeses.ts";
import { SharedNodes } from "../src/shared-nodes.ts";
import { gateForm } from "./gate-form.ts";

describe("nemeses of the in-process log, in the form of the gate", () => gateForm(inProcessNemeses, new SharedNodes()));
