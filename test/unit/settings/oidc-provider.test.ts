import assert from "node:assert/strict";
import { oidcProviderArn, parseAccountId, parseOidcProvider, parseRegion, valueOf } from "../../../settings";
import { oidcProviderProblems } from "../../../settings/rules";

const ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const PLACE = { accountId: "444455556666", region: "us-east-1" };

const problemsOf = (aws: unknown) =>
  oidcProviderProblems({ stack: "production", system: "s5", aws, ceiling: {}, service: {} }, ["frontend"]);

describe("settings: the cluster's identity provider", () => {
  for (const [given, mend] of [
    [`https://${ISSUER}`, `write ${ISSUER}`],
    [`${ISSUER}/`, `write ${ISSUER}`],
    [`arn:aws:iam::444455556666:oidc-provider/${ISSUER}`, `write ${ISSUER}`],
    ["eks", undefined],
    ["", undefined],
  ] as const) {
    it(`L6 refuses ${given === "" ? "an empty one" : given}`, () => {
      const parsed = parseOidcProvider(given);
      assert.ok("problem" in parsed);
      assert.match(
        parsed.problem,
        /^expected the issuer of the cluster's tokens without https:\/\/, such as /,
      );
      assert.equal(parsed.problem.split("; ")[1], mend);
    });
  }

  for (const [region, partition] of [
    ["us-east-1", "aws"],
    ["cn-north-1", "aws-cn"],
    ["us-gov-west-1", "aws-us-gov"],
  ] as const) {
    it(`L6 names the provider of ${region} in ${partition}`, () => {
      const aws = {
        accountId: valueOf(parseAccountId("444455556666")),
        region: valueOf(parseRegion(region)),
      };
      const arn = `arn:${partition}:iam::444455556666:oidc-provider/${ISSUER}`;
      assert.equal(oidcProviderArn(aws, valueOf(parseOidcProvider(ISSUER))), arn);
    });
  }

  it("L6 S5 is asked for where a system's pods take a role, once, and only then", () => {
    assert.deepEqual(problemsOf({ ...PLACE, oidcProvider: ISSUER }), []);
    assert.deepEqual(
      problemsOf(PLACE).map(({ path }) => path),
      [["frontend"]],
    );
    assert.match(problemsOf(PLACE)[0]?.message ?? "", /^expected golive:aws\.oidcProvider beside it/);
  });

  it("L6 adds nothing to a mistake of golive:aws itself", () => {
    assert.deepEqual(problemsOf({ ...PLACE, oidcProvider: "https://eks" }), []);
    assert.deepEqual(problemsOf(undefined), []);
  });
});
