import assert from "node:assert/strict";
import { NotLoopbackError, refuseUnlessLoopback } from "../../engine/offline/loopback";

const HERE = [
  "http://127.0.0.1:5000",
  "https://127.255.255.254",
  "http://localhost:1/x",
  "https://LOCALHOST",
  "http://[::1]:6443",
];
const ELSEWHERE = [
  "https://ecr.us-east-1.amazonaws.com",
  "http://10.0.0.1",
  "http://127.0.0.1.example.com",
  "http://localhost.example.com",
  "http://user:127.0.0.1@example.com",
  "http://0.0.0.0:80",
  "http://[::ffff:10.0.0.1]",
  "http://[::]",
  "http://128.0.0.1",
  "127.0.0.1:5000",
  "",
];

describe("offline stand-ins: the loopback guard", () => {
  for (const url of HERE) {
    it(`D2 lets ${url} through`, () => {
      assert.doesNotThrow(() => refuseUnlessLoopback(url, "the endpoint"));
    });
  }
  for (const url of ELSEWHERE) {
    it(`D2 refuses ${url || "an empty address"}, naming it and the mend`, () => {
      assert.throws(
        () => refuseUnlessLoopback(url, "the ECR endpoint"),
        (error) =>
          error instanceof NotLoopbackError &&
          error.message.startsWith(`the ECR endpoint is ${url}`) &&
          error.message.includes("install Pulumi"),
      );
    });
  }
});
