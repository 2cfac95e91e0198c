import { DataQueueError, TransportError, UnsupportedError } from "@dataqueues/core";
import kafkajs from "kafkajs";
import { describe, expect, test } from "vitest";

import { closedBy, connectionFailure } from "../src/connection-failure.ts";
import type { Attempt } from "../src/connection-failure.ts";
import { ResponseTooLargeError } from "../src/response-framer.ts";

test("a refused login names host and mechanism, and is not retriable", () => {
  const cause = Object.assign(new Error("SASL PLAIN authentication failed: Invalid credentials"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  const error = connectionFailure(cause, {
    where: "Connecting to host:9092",
    mechanism: "plain",
    responded: false,
    closed: false,
  });
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false, cause });
  expect(error.message).toMatch(/host:9092.*PLAIN.*Invalid credentials/);
});

test("a lost connection is retriable", () => {
  const cause = new kafkajs.KafkaJSConnectionError("Closed connection");
  expect(connectionFailure(cause, { where: "Fetch at host:9092", responded: true, closed: true })).toMatchObject({
    code: "NETWORK_EXCEPTION",
    retriable: true,
    cause,
  });
});

test("a certificate that is not trusted is not retriable", () => {
  const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  const error = connectionFailure(cause, { where: "Connecting to host:9092", responded: false, closed: true });
  expect(error).toMatchObject({ code: "SSL_AUTHENTICATION_FAILED", retriable: false });
});

test("a login during which the host closed the connection is retriable", () => {
  const cause = Object.assign(new Error("SASL SCRAM SHA512 authentication failed: Closed connection"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  const where = "Connecting to host:9092";
  const error = connectionFailure(cause, { where, mechanism: "scram-sha-512", responded: false, closed: true });
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, cause });
});

test("a login that could not be renewed is retriable, on a new connection", () => {
  const cause = Object.assign(new Error("Request is not valid given the current SASL state"), {
    type: "ILLEGAL_SASL_STATE",
    code: 34,
  });
  const attempt = { where: "Fetch at host:9092", mechanism: "plain", responded: true, closed: false };
  expect(connectionFailure(cause, attempt)).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test("a mechanism that the host does not know is named", () => {
  const cause = Object.assign(new Error("The broker does not support the requested SASL mechanism"), {
    type: "UNSUPPORTED_SASL_MECHANISM",
    code: 33,
  });
  const where = "Connecting to host:9092";
  const error = connectionFailure(cause, { where, mechanism: "scram-sha-512", responded: false, closed: false });
  expect(error).toMatchObject({ code: "UNSUPPORTED_SASL_MECHANISM", retriable: false });
  expect(error.message).toMatch(/host:9092.*SCRAM-SHA-512/);
});

test("a response that cannot be read is retriable, unless no response could be read before", () => {
  for (const responded of [true, false]) {
    const attempt = { where: "Metadata at host:9092", responded, closed: false };
    const error = connectionFailure(new RangeError("4 bytes wanted"), attempt);
    expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: responded });
  }
});

test("a response that is too large is not retriable", () => {
  const attempt = { where: "Fetch at host:9092", responded: true, closed: false };
  const error = connectionFailure(new ResponseTooLargeError(1_001, 1_000), attempt);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  expect(error.message).toMatch(/host:9092.*1001 bytes.*maxResponseBytes \(1000\)/);
});

const wants = "the host closed the connection, as it does when it wants TLS or a login and gets none";

describe("what a socket or kafkajs rejected with", () => {
  const fresh: Attempt = { where: "Metadata at host:9092", responded: false, closed: false };
  const used: Attempt = { ...fresh, responded: true };
  const named = (name: string, message: string, more: object = {}): Error =>
    Object.assign(new Error(message), { name, ...more });
  const refused = named("KafkaJSSASLAuthenticationError", "no");
  const corrupt = "Metadata at host:9092 gave a response that cannot be read: short";

  test.each<[string, unknown, Attempt, string, boolean, string]>([
    ["a text", "oh", fresh, "NETWORK_EXCEPTION", true, "Metadata at host:9092: NETWORK_EXCEPTION: oh"],
    [
      "an error of the library that is of another class",
      new DataQueueError("odd", { code: "ODD" }),
      fresh,
      "NETWORK_EXCEPTION",
      true,
      "Metadata at host:9092: NETWORK_EXCEPTION: DataQueueError: odd",
    ],
    ["an error", new Error("oh"), used, "NETWORK_EXCEPTION", true, "Metadata at host:9092: NETWORK_EXCEPTION: oh"],
    [
      "a refused login without a mechanism",
      refused,
      fresh,
      "SASL_AUTHENTICATION_FAILED",
      false,
      "Metadata at host:9092 refused the login: SASL_AUTHENTICATION_FAILED: no",
    ],
    [
      "a refused login with the host's own code",
      named("KafkaJSProtocolError", "odd state", { type: "ILLEGAL_SASL_STATE", code: 34 }),
      { ...fresh, mechanism: "plain", closed: true },
      "ILLEGAL_SASL_STATE",
      false,
      "Metadata at host:9092 refused the login by PLAIN: ILLEGAL_SASL_STATE: odd state",
    ],
    [
      "a login that ended with the connection",
      refused,
      { ...fresh, closed: true },
      "NETWORK_EXCEPTION",
      true,
      `Metadata at host:9092: NETWORK_EXCEPTION: ${wants}`,
    ],
    [
      "a login that was good before",
      refused,
      used,
      "NETWORK_EXCEPTION",
      true,
      "Metadata at host:9092: NETWORK_EXCEPTION: no",
    ],
    [
      "an error of Kafka's protocol",
      named("KafkaJSProtocolError", "too old", { type: "UNSUPPORTED_VERSION", code: 35 }),
      fresh,
      "UNSUPPORTED_VERSION",
      false,
      "Metadata at host:9092: UNSUPPORTED_VERSION: too old",
    ],
    [
      "an error whose type is no text",
      named("Error", "oh", { type: 5, code: 35 }),
      fresh,
      "NETWORK_EXCEPTION",
      true,
      "Metadata at host:9092: NETWORK_EXCEPTION: oh",
    ],
    [
      "a connection that was closed before a response",
      named("KafkaJSConnectionClosedError", "Closed connection"),
      fresh,
      "NETWORK_EXCEPTION",
      true,
      `Metadata at host:9092: NETWORK_EXCEPTION: ${wants}`,
    ],
    [
      "a connection that was closed after a response",
      named("KafkaJSConnectionClosedError", "Closed connection"),
      used,
      "NETWORK_EXCEPTION",
      true,
      "Metadata at host:9092: NETWORK_EXCEPTION: the host closed the connection",
    ],
    [
      "a first response that cannot be read",
      new RangeError("short"),
      fresh,
      "CORRUPT_MESSAGE",
      false,
      `${corrupt}; either the host wants TLS, or it is no Kafka`,
    ],
    ["a later response that cannot be read", new RangeError("short"), used, "CORRUPT_MESSAGE", true, corrupt],
    ...[
      "CERT_HAS_EXPIRED",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "ERR_SSL_WRONG_VERSION_NUMBER",
      "EPROTO",
      "UNABLE_TO_GET_ISSUER_CERT",
    ].map((code): [string, unknown, Attempt, string, boolean, string] => [
      code,
      named("Error", "no", { code }),
      fresh,
      "SSL_AUTHENTICATION_FAILED",
      false,
      `Metadata at host:9092 has no TLS that can be trusted: SSL_AUTHENTICATION_FAILED: no (${code})`,
    ]),
    ...["ECONNREFUSED", "EPROTONOSUPPORT", "XEPROTO", "AN_ERR_TLS", "AN_ERR_SSL", "WAS_UNABLE_TO", 5].map(
      (code): [string, unknown, Attempt, string, boolean, string] => [
        `the code ${code}`,
        named("Error", "no", { code }),
        fresh,
        "NETWORK_EXCEPTION",
        true,
        "Metadata at host:9092: NETWORK_EXCEPTION: no",
      ],
    ),
  ])(
    "%s is an error with what failed, and whether it is retriable",
    (_what, cause, attempt, code, retriable, message) => {
      const error = connectionFailure(cause, attempt);
      expect(error).toMatchObject({ code, retriable, message });
      expect(error.cause).toBe(cause);
    },
  );

  test("an error that has all that already is kept", () => {
    const known = new TransportError("known", { code: "INVALID_REQUEST", retriable: false });
    const unsupported = new UnsupportedError("not here");
    expect(connectionFailure(known, fresh)).toBe(known);
    expect(connectionFailure(unsupported, fresh)).toBe(unsupported);
  });
});

test("a host that closes the connection may want TLS or a login, unless it has responded before", () => {
  expect([closedBy(true), closedBy(false)]).toEqual(["the host closed the connection", wants]);
});
