import assert from "node:assert/strict";
import fc from "fast-check";
import { record } from "../../../cli/recorder";
import { statementProblems } from "../../../components/iam/statement";
import { ServiceAccountRole, type ServiceAccountRoleArgs } from "../../../components/service-account-role";

const ISSUER = "oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";
const READ = { sid: "Read", actions: ["s3:GetObject"], resources: ["arn:aws:s3:::shop/*"] };

const ARGS: ServiceAccountRoleArgs = {
  name: "shop-production",
  namespace: "shop",
  serviceAccount: "api",
  oidcProviderArn: `arn:aws:iam::123456789012:oidc-provider/${ISSUER}`,
  statements: [READ],
};

const declared = (args: Partial<ServiceAccountRoleArgs> = {}) =>
  record("test", () => Promise.resolve(new ServiceAccountRole("shop", { ...ARGS, ...args })));

describe("ServiceAccountRole", () => {
  it("L6 S5 declares a role and its policy, and the account only where it is asked to", async () => {
    const names = async (args: Partial<ServiceAccountRoleArgs>) =>
      (await declared(args)).map(({ type, name }) => `${type} ${name}`);
    const role = [
      "aws:iam/role:Role shop",
      "aws:iam/rolePolicy:RolePolicy shop",
      "golive:components:ServiceAccountRole shop",
    ];
    assert.deepEqual(await names({}), role);
    assert.deepEqual(await names({ createServiceAccount: true }), [
      ...role,
      "kubernetes:core/v1:ServiceAccount shop",
    ]);
  });

  it("L6 S5 is taken by this account's tokens for STS alone, issued by this cluster", async () => {
    const role = (await declared()).find(({ type }) => type === "aws:iam/role:Role");
    assert.deepEqual(JSON.parse(String(role?.inputs.assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ServiceAccount",
          Effect: "Allow",
          Principal: { Federated: ARGS.oidcProviderArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: "sts.amazonaws.com",
              [`${ISSUER}:sub`]: "system:serviceaccount:shop:api",
            },
          },
        },
      ],
    });
  });

  it("L6 S5 may do what its statements say", async () => {
    const condition = { StringEquals: { "s3:prefix": "backups" } };
    const policy = (
      await declared({ statements: [READ, { ...READ, sid: "List", conditions: condition }] })
    ).find(({ type }) => type === "aws:iam/rolePolicy:RolePolicy");
    const allowed = { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::shop/*"] };
    assert.deepEqual(JSON.parse(String(policy?.inputs.policy)), {
      Version: "2012-10-17",
      Statement: [
        { Sid: "Read", ...allowed },
        { Sid: "List", ...allowed, Condition: condition },
      ],
    });
  });

  it("L6 S5 names the role on the account, whose own token no pod is given", async () => {
    const account = (await declared({ createServiceAccount: true })).find(
      ({ type }) => type === "kubernetes:core/v1:ServiceAccount",
    );
    assert.deepEqual(account?.inputs, {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        name: "api",
        namespace: "shop",
        annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::123456789012:role/shop-production" },
      },
      automountServiceAccountToken: false,
    });
  });

  const REFUSED: readonly (readonly [what: string, args: Partial<ServiceAccountRoleArgs>, says: RegExp])[] = [
    [
      "every action",
      { statements: [{ ...READ, actions: ["*"] }] },
      /statement Read: action \*: expected one action/,
    ],
    [
      "every action of a service",
      { statements: [{ ...READ, actions: ["s3:*"] }] },
      /action s3:\*: expected one/,
    ],
    [
      "actions by a pattern",
      { statements: [{ ...READ, actions: ["s3:Get*"] }] },
      /action s3:Get\*: expected one/,
    ],
    ["no action", { statements: [{ ...READ, actions: [] }] }, /expected at least one action/],
    ["every resource", { statements: [{ ...READ, resources: ["*"] }] }, /resource \*: expected the ARN of/],
    [
      "every bucket",
      { statements: [{ ...READ, resources: ["arn:aws:s3:::*"] }] },
      /resource arn:aws:s3:::\*: expected the ARN of/,
    ],
    [
      "every resource beside an action that knows none",
      { statements: [{ ...READ, actions: ["sts:GetCallerIdentity", "s3:GetObject"], resources: ["*"] }] },
      /resource \*: /,
    ],
    [
      "a name of a statement that IAM refuses",
      { statements: [{ ...READ, sid: "read it" }] },
      /letters and digits/,
    ],
    ["a provider of no account", { oidcProviderArn: ISSUER }, /oidcProviderArn is oidc\.eks/],
    ["a name that is too long", { name: "a".repeat(65) }, /at most 64/],
  ];
  for (const [what, args, says] of REFUSED) {
    it(`L6 S5 refuses ${what}`, () => assert.rejects(declared(args), { message: says }));
  }

  it("L6 takes * where AWS grants the action on nothing less", async () => {
    await declared({
      statements: [{ sid: "Metrics", actions: ["cloudwatch:PutMetricData"], resources: ["*"] }],
    });
  });

  it("L6 finds a wildcard in any action, and a resource without a name of its own, wherever they stand", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(word, word, word, (service, action, name) => {
        const good = {
          sid: "A",
          actions: [`${service}:${action}`],
          resources: [`arn:aws:${service}:::${name}/*`],
        };
        assert.deepEqual(statementProblems(good), []);
        assert.equal(
          statementProblems({ ...good, actions: [...good.actions, `${service}:${action}*`] }).length,
          1,
        );
        assert.equal(
          statementProblems({ ...good, resources: [...good.resources, `arn:aws:${service}:::*`] }).length,
          1,
        );
      }),
    );
  });

  it("L6 says all that is wrong at once", async () => {
    const statements = [
      { ...READ, actions: ["s3:*"] },
      { ...READ, sid: "All", resources: ["*"] },
    ];
    await assert.rejects(declared({ statements }), /statement Read: .*\nstatement All: /);
  });
});
