import { describe, expect, test } from "vitest";

import { displayOptions, UsageError } from "../src/display-options.ts";

const defaults = { kafka: undefined, generator: true, subarray: "01", port: 8090, host: "127.0.0.1", token: undefined };

describe("the command line", () => {
  test.each([
    [[], {}],
    [["--"], {}],
    [["--kafka", "localhost:9092", "--no-generator"], { kafka: "localhost:9092", generator: false }],
    [["--subarray", "02", "--port", "0"], { subarray: "02", port: 0 }],
    [["--host", "localhost"], { host: "localhost" }],
    [["--host", "::1"], { host: "::1" }],
    [["--host", "127.3.2.1", "--token=secret"], { host: "127.3.2.1", token: "secret" }],
    [["--host", "0.0.0.0", "--token", "secret"], { host: "0.0.0.0", token: "secret" }],
  ])("%j", (args, expected) => {
    expect(displayOptions(args)).toEqual({ ...defaults, ...expected });
  });

  test.each([["--help"], ["-h"]])("%s asks for help", (argument) => {
    expect(displayOptions([argument])).toBeUndefined();
  });

  test.each([
    [["--no-generator"], "--no-generator leaves nothing to show without --kafka"],
    [["--host", "0.0.0.0"], "--host 0.0.0.0 is open to other machines: say with --token what viewers have to know"],
    [["--host", "127.example.org"], "--host 127.example.org is open to other machines"],
    [["--host", "display.example"], "--host display.example is open to other machines"],
    [["--token="], "--token must not be empty"],
    [["--port", "65536"], '--port must be a whole number from 0 to 65535, not "65536"'],
    [["--port=-1"], '--port must be a whole number from 0 to 65535, not "-1"'],
    [["--port", "1e3"], '--port must be a whole number from 0 to 65535, not "1e3"'],
    [["--subarray", "a/b"], '--subarray must be letters, digits, dots, dashes or underscores, not "a/b"'],
    [["--subarray="], "--subarray must be"],
    [["--kafka"], "Option '--kafka <value>' argument missing"],
    [["--kafak"], "Unknown option '--kafak'"],
    [["display"], "Unexpected argument 'display'"],
  ])("%j is refused, and it says why", (args, message) => {
    expect(() => displayOptions(args)).toThrow(UsageError);
    expect(() => displayOptions(args)).toThrow(message);
  });
});
