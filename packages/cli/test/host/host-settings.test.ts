import { expect, test } from "vitest";

import { environmentSettings, mergeSettings, optionSettings } from "../../src/host/host-settings.ts";

test("DATAQUEUES_KAFKA comes before SDP_KAFKA_HOST, and an empty variable is none", () => {
  expect(environmentSettings({ DATAQUEUES_KAFKA: "a", SDP_KAFKA_HOST: "b" }).host).toBe("a");
  expect(environmentSettings({ DATAQUEUES_KAFKA: "", SDP_KAFKA_HOST: "b" }).host).toBe("b");
  expect(environmentSettings({}).host).toBeUndefined();
});

test("each setting has its variable", () => {
  const settings = environmentSettings({
    DATAQUEUES_TLS: "yes",
    DATAQUEUES_CA: "ca.pem",
    DATAQUEUES_CERT: "me.pem",
    DATAQUEUES_TLS_KEY: "me.key",
    DATAQUEUES_INSECURE: "0",
    DATAQUEUES_SASL: "plain",
    DATAQUEUES_USER: "reader",
    DATAQUEUES_PASSWORD: "battery",
    DATAQUEUES_PASSWORD_FILE: "",
    DATAQUEUES_TOKEN: "9b1f",
    DATAQUEUES_ORIGIN: "https://display.example",
    DATAQUEUES_TIMEOUT: "2.5",
  });
  expect(settings).toEqual({
    tls: true,
    ca: "ca.pem",
    cert: "me.pem",
    tlsKey: "me.key",
    insecure: false,
    sasl: "plain",
    user: "reader",
    password: "battery",
    token: "9b1f",
    origin: "https://display.example",
    timeout: 2.5,
  });
});

test.each([
  ["DATAQUEUES_TLS", "maybe", 'DATAQUEUES_TLS is true or false, not "maybe"'],
  ["DATAQUEUES_TIMEOUT", "10s", 'DATAQUEUES_TIMEOUT is a number of seconds such as 10 or 0.5, not "10s"'],
])("%s=%s is refused by name", (name, value, message) => {
  expect(() => environmentSettings({ [name]: value })).toThrow(message);
});

test.each(["", "0", "-1", "NaN", "Infinity", "86401", "ten"])("--timeout %j is refused", (timeout) => {
  expect(() => optionSettings({ timeout })).toThrow("--timeout is a number of seconds");
});

test("what is said later counts, and what is not said changes nothing", () => {
  const merged = mergeSettings(
    { host: "a", tls: true, user: "file" },
    { tls: false },
    { user: "option", ca: undefined },
  );
  expect(merged).toEqual({ host: "a", tls: false, user: "option" });
});

test("a password and a file with one are one setting", () => {
  expect(mergeSettings({ password: "old" }, { passwordFile: "new" })).toEqual({ passwordFile: "new" });
  expect(mergeSettings({ passwordFile: "old" }, { password: "new" })).toEqual({ password: "new" });
});
