import kafkajs from "kafkajs";
import { expect, test } from "vitest";

import { AnswerTooLarge } from "../src/answer-too-large.ts";
import { connectionFailure } from "../src/connection-failure.ts";
import { kafkaError, kafkaErrorName } from "../src/kafka-errors.ts";

test("a refused login names host and mechanism, and trying again does not help", () => {
  const cause = Object.assign(new Error("SASL PLAIN authentication failed: Invalid credentials"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  const error = connectionFailure(cause, {
    where: "Connecting to host:9092",
    mechanism: "plain",
    answered: false,
    closed: false,
  });
  expect(error).toMatchObject({ code: "SASL_AUTHENTICATION_FAILED", retriable: false, cause });
  expect(error.message).toMatch(/host:9092.*PLAIN.*Invalid credentials/);
});

test("a lost connection can be tried again", () => {
  const cause = new kafkajs.KafkaJSConnectionError("Closed connection");
  expect(connectionFailure(cause, { where: "Fetch at host:9092", answered: true, closed: true })).toMatchObject({
    code: "NETWORK_EXCEPTION",
    retriable: true,
    cause,
  });
});

test("a certificate that is not trusted is not tried again", () => {
  const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  const error = connectionFailure(cause, { where: "Connecting to host:9092", answered: false, closed: true });
  expect(error).toMatchObject({ code: "SSL_AUTHENTICATION_FAILED", retriable: false });
});

test("a login that the host did not answer, because it closed the connection, can be tried again", () => {
  const cause = Object.assign(new Error("SASL SCRAM SHA512 authentication failed: Closed connection"), {
    name: "KafkaJSSASLAuthenticationError",
  });
  const where = "Connecting to host:9092";
  const error = connectionFailure(cause, { where, mechanism: "scram-sha-512", answered: false, closed: true });
  expect(error).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true, cause });
});

test("a login that could not be renewed is tried again on a new connection", () => {
  const cause = Object.assign(new Error("Request is not valid given the current SASL state"), {
    type: "ILLEGAL_SASL_STATE",
  });
  const attempt = { where: "Fetch at host:9092", mechanism: "plain", answered: true, closed: false };
  expect(connectionFailure(cause, attempt)).toMatchObject({ code: "NETWORK_EXCEPTION", retriable: true });
});

test("a mechanism that the host does not know is named", () => {
  const cause = Object.assign(new Error("The broker does not support the requested SASL mechanism"), {
    type: "UNSUPPORTED_SASL_MECHANISM",
  });
  const where = "Connecting to host:9092";
  const error = connectionFailure(cause, { where, mechanism: "scram-sha-512", answered: false, closed: false });
  expect(error).toMatchObject({ code: "UNSUPPORTED_SASL_MECHANISM", retriable: false });
  expect(error.message).toMatch(/host:9092.*SCRAM-SHA-512/);
});

test("an answer that cannot be read is asked for again, unless there never was one that could", () => {
  for (const answered of [true, false]) {
    const attempt = { where: "Metadata at host:9092", answered, closed: false };
    const error = connectionFailure(new RangeError("4 bytes wanted"), attempt);
    expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: answered });
  }
});

test("an answer that is too large is not asked for again", () => {
  const attempt = { where: "Fetch at host:9092", answered: true, closed: false };
  const error = connectionFailure(new AnswerTooLarge(1_001, 1_000), attempt);
  expect(error).toMatchObject({ code: "CORRUPT_MESSAGE", retriable: false });
  expect(error.message).toMatch(/host:9092.*1001 bytes.*maxAnswerBytes \(1000\)/);
});

test("Kafka's errors of its protocol have its names", () => {
  const names = [3, 6, 10, 18, 46, 58].map(kafkaErrorName);
  expect(names).toEqual([
    "UNKNOWN_TOPIC_OR_PARTITION",
    "NOT_LEADER_OR_FOLLOWER",
    "RECORD_TOO_LARGE",
    "RECORD_TOO_LARGE",
    "DUPLICATE_SEQUENCE_NUMBER",
    "SASL_AUTHENTICATION_FAILED",
  ]);
  expect(kafkaErrorName(12345)).toBe("KAFKA_ERROR_12345");
});

test("an error says what, where and why, and keeps the place", () => {
  const error = kafkaError("NOT_LEADER_OR_FOLLOWER", "Records for t [2]", { topic: "t", partition: 2, why: "moved" });
  expect(error.message).toBe("Records for t [2]: NOT_LEADER_OR_FOLLOWER: moved");
  expect(error).toMatchObject({ topic: "t", partition: 2, retriable: true });
});
