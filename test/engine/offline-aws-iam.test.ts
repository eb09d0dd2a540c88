import assert from "node:assert/strict";
import { startMoto, type Moto } from "../../engine/moto";
import { bundlePlugin, Plugin, type Bundle } from "../support/plugin";
import { assertGone, assertNothingToDo, change, make, plan } from "../support/plugin-resource";

const ROLE = { type: "aws:iam/role:Role", name: "shop" };
const POLICY = { type: "aws:iam/rolePolicy:RolePolicy", name: "shop" };

const trust = (account: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.eks.example/id/A" },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringEquals: { "oidc.eks.example/id/A:sub": `system:serviceaccount:shop:${account}` } },
      },
    ],
  });

const grant = (action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: [action], Resource: ["arn:aws:s3:::shop/*"] }],
  });

describe("offline aws provider: IAM of moto", function () {
  this.timeout(300_000);
  let bundle: Bundle;
  let moto: Moto;
  let aws: Plugin;

  before(async () => {
    bundle = await bundlePlugin("aws");
    moto = await startMoto();
    aws = await Plugin.start(bundle);
    const defaultTags = JSON.stringify({ tags: { project: "golive" } });
    const endpoints = JSON.stringify([{ iam: moto.url }]);
    await aws.configure({ region: "eu-west-1", endpoints, defaultTags });
  });
  after(async () => {
    await aws.stop();
    await moto.stop();
    await bundle.remove();
  });

  it("D1 D2 makes, changes, refreshes, imports and deletes a role", async () => {
    const args = {
      name: "shop",
      description: "of the shop",
      assumeRolePolicy: trust("shop"),
      tags: { a: "b" },
    };
    const made = await make(aws, ROLE, args);
    assert.equal(made.id, "shop");
    assert.equal(made.outputs["arn"], "arn:aws:iam::123456789012:role/shop");
    assert.deepEqual([made.outputs["path"], made.outputs["maxSessionDuration"]], ["/", 3600]);
    assert.deepEqual(made.outputs["tagsAll"], { project: "golive", a: "b" });
    await assertNothingToDo(aws, ROLE, made, args);
    const next = { name: "shop", assumeRolePolicy: trust("cdn"), maxSessionDuration: 7200, tags: { c: "d" } };
    const changed = await change(aws, ROLE, made, next);
    assert.deepEqual(changed.outputs["tagsAll"], { project: "golive", c: "d" });
    await assertNothingToDo(aws, ROLE, changed, next);
    const imported = await aws.read(ROLE, "shop");
    assert.ok(imported);
    assert.equal(imported.inputs["maxSessionDuration"], 7200);
    await assertGone(aws, ROLE, changed);
  });

  it("D1 D2 makes, changes, refreshes, imports and deletes a role's policy", async () => {
    const role = await make(aws, ROLE, { name: "grants", assumeRolePolicy: trust("shop") });
    const args = { name: "grants", role: "grants", policy: grant("s3:GetObject") };
    const made = await make(aws, POLICY, args);
    assert.equal(made.id, "grants:grants");
    await assertNothingToDo(aws, POLICY, made, args);
    const next = { ...args, policy: grant("s3:PutObject") };
    const changed = await change(aws, POLICY, made, next);
    await assertNothingToDo(aws, POLICY, changed, next);
    const imported = await aws.read(POLICY, made.id);
    assert.ok(imported);
    assert.deepEqual((await plan(aws, POLICY, { ...made, ...imported }, next)).detail, {});
    await assertGone(aws, POLICY, changed);
    await assertGone(aws, ROLE, role);
  });

  it("D2 keeps a role that still has a policy, unless it was told to take it off", async () => {
    const args = { name: "held", assumeRolePolicy: trust("shop") };
    const role = await make(aws, ROLE, args);
    await make(aws, POLICY, { name: "grants", role: "held", policy: grant("s3:GetObject") });
    await assert.rejects(aws.delete(ROLE, role.id, role), { details: /delete policies first/i });
    await assertGone(aws, ROLE, await change(aws, ROLE, role, { ...args, forceDetachPolicies: true }));
  });

  it("D2 plans another name as a replacement, another trust as an update, another spelling as nothing", async () => {
    const args = { name: "shop", assumeRolePolicy: trust("shop") };
    const inputs = await aws.check(ROLE, args);
    const state = { id: "shop", inputs, outputs: inputs };
    assert.deepEqual((await plan(aws, ROLE, state, { ...args, name: "other" })).replaces, ["name"]);
    assert.deepEqual((await plan(aws, ROLE, state, { ...args, assumeRolePolicy: trust("x") })).detail, {
      assumeRolePolicy: "UPDATE",
    });
    const spaced = JSON.stringify(JSON.parse(trust("shop")), null, 2);
    assert.deepEqual((await plan(aws, ROLE, state, { ...args, assumeRolePolicy: spaced })).detail, {});
  });
});
