import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Route53 } from "@aws-sdk/client-route-53";
import { startMoto, type Moto } from "../../engine/moto";
import { isList, isValues, Secret, UNKNOWN, type Value, type Values } from "../../engine/offline/values";
import { bundlePlugin, Plugin, type Bundle, type Subject } from "../support/plugin";
import { assertGone, assertNothingToDo, change, make, plan, textOf } from "../support/plugin-resource";
import { waitUntil } from "../support/cluster";

const REPOSITORY = { type: "aws:ecr/repository:Repository", name: "kometa" };
const LIFECYCLE = { type: "aws:ecr/lifecyclePolicy:LifecyclePolicy", name: "kometa" };
const PULL_POLICY = { type: "aws:ecr/repositoryPolicy:RepositoryPolicy", name: "kometa" };
const KEY = { type: "aws:kms/key:Key", name: "images" };
const ALIAS = { type: "aws:kms/alias:Alias", name: "images" };
const CERTIFICATE = { type: "aws:acm/certificate:Certificate", name: "site" };
const VALIDATION = { type: "aws:acm/certificateValidation:CertificateValidation", name: "site" };
const RECORD = { type: "aws:route53/record:Record", name: "site" };
const WEB_ACL = { type: "aws:wafv2/webAcl:WebAcl", name: "site" };

const ACCOUNT = "202533518394";
const REGION = "us-east-1";

function firstOf(value: Value | undefined): Values {
  assert.ok(isList(value));
  const [first] = value;
  assert.ok(isValues(first));
  return first;
}

describe("offline aws provider without an endpoint", () => {
  let bundle: Bundle;
  let aws: Plugin;

  before(async () => {
    bundle = await bundlePlugin("aws");
    aws = await Plugin.start(bundle);
    await aws.configure({ region: REGION, defaultTags: JSON.stringify({ tags: { project: "golive" } }) });
  });
  after(async () => {
    await aws.stop();
    await bundle.remove();
  });

  it("D2 is the version that Pulumi's SDK asks for, and says what it is", async () => {
    assert.equal(await aws.version(), "7.48.0");
    assert.deepEqual(aws.logs, [
      "golive's offline stand-in for Pulumi's aws plugin: previews and loopback tests only",
    ]);
  });

  it("D2 previews a repository with what the plugin adds: defaults, region and all tags", async () => {
    const inputs = await aws.check(REPOSITORY, { name: "kometa-marketplace", tags: { team: "web" } });
    const { id, outputs } = await aws.create(REPOSITORY, inputs, true);
    assert.equal(id, "");
    assert.deepEqual(outputs, {
      name: "kometa-marketplace",
      imageTagMutability: "MUTABLE",
      region: REGION,
      tags: { team: "web" },
      tagsAll: { project: "golive", team: "web" },
      arn: UNKNOWN,
      registryId: UNKNOWN,
      repositoryUrl: UNKNOWN,
    });
  });

  it("D2 makes a name where none is given, and keeps it", async () => {
    const first = await aws.check(REPOSITORY, {});
    const second = await aws.check(REPOSITORY, { forceDelete: true }, first);
    assert.match(textOf(first["name"]), /^kometa-[0-9a-f]{7}$/);
    assert.equal(second["name"], first["name"]);
    assert.match(
      textOf((await aws.check(ALIAS, { targetKeyId: "k" }))["name"]),
      /^alias\/images-[0-9a-f]{7}$/,
    );
  });

  it("D2 previews a certificate's validation with the domains known", async () => {
    const inputs = await aws.check(CERTIFICATE, { domainName: "a.example", validationMethod: "DNS" });
    const { outputs } = await aws.create(CERTIFICATE, inputs, true);
    assert.deepEqual(outputs["domainValidationOptions"], [
      {
        domainName: "a.example",
        resourceRecordName: UNKNOWN,
        resourceRecordType: UNKNOWN,
        resourceRecordValue: UNKNOWN,
      },
    ]);
  });

  it("D2 keeps the outputs of an update's preview that cannot change", async () => {
    const inputs = await aws.check(REPOSITORY, { name: "a" });
    const outputs = { ...inputs, arn: "arn:a", forceDelete: true };
    const next = await aws.update(
      REPOSITORY,
      "a",
      { inputs, outputs },
      { ...inputs, tags: { a: "b" } },
      true,
    );
    assert.deepEqual([next["arn"], next["tags"], next["forceDelete"]], ["arn:a", { a: "b" }, undefined]);
  });

  const PLANS: [string, Subject, Values, Values, string[], boolean][] = [
    ["a repository's name", REPOSITORY, { name: "a" }, { name: "b" }, ["name"], false],
    [
      "a named repository's encryption",
      REPOSITORY,
      { name: "a" },
      { name: "a", encryptionConfigurations: [{ encryptionType: "KMS" }] },
      ["encryptionConfigurations"],
      true,
    ],
    [
      "an unnamed repository's encryption",
      REPOSITORY,
      {},
      { encryptionConfigurations: [{ encryptionType: "KMS" }] },
      ["encryptionConfigurations"],
      false,
    ],
    [
      "a repository's mutability",
      REPOSITORY,
      { name: "a" },
      { name: "a", imageTagMutability: "IMMUTABLE" },
      [],
      false,
    ],
    ["a repository's tags", REPOSITORY, { name: "a" }, { name: "a", tags: { x: "y" } }, [], false],
    ["a region", REPOSITORY, { name: "a" }, { name: "a", region: "eu-west-1" }, ["region"], true],
    [
      "a lifecycle policy's rules",
      LIFECYCLE,
      { repository: "a", policy: "{}" },
      { repository: "a", policy: '{"rules":[]}' },
      ["policy"],
      true,
    ],
    [
      "a repository policy's text",
      PULL_POLICY,
      { repository: "a", policy: "{}" },
      { repository: "a", policy: '{"Version":"2012-10-17"}' },
      [],
      false,
    ],
    ["a key's usage", KEY, {}, { keyUsage: "SIGN_VERIFY" }, ["keyUsage"], false],
    ["a key's rotation", KEY, {}, { enableKeyRotation: true }, [], false],
    [
      "a certificate's names",
      CERTIFICATE,
      { domainName: "a", validationMethod: "DNS" },
      { domainName: "a", validationMethod: "DNS", subjectAlternativeNames: ["b"] },
      ["subjectAlternativeNames"],
      false,
    ],
    [
      "a record's zone",
      RECORD,
      { zoneId: "Z1", name: "a", type: "A" },
      { zoneId: "Z2", name: "a", type: "A" },
      ["zoneId"],
      false,
    ],
    [
      "a record's values",
      RECORD,
      { zoneId: "Z", name: "a", type: "A", records: ["1"] },
      { zoneId: "Z", name: "a", type: "A", records: ["2"] },
      [],
      false,
    ],
  ];
  for (const [what, subject, olds, news, replaces, oldGoesFirst] of PLANS) {
    it(`D2 plans a change of ${what} as ${replaces.length > 0 ? "a replacement" : "an update"}`, async () => {
      const inputs = await aws.check(subject, olds);
      const found = await plan(aws, subject, { id: "x", inputs, outputs: inputs }, news);
      assert.equal(found.changes, true);
      assert.deepEqual(found.replaces, replaces);
      assert.equal(found.deleteBeforeReplace, oldGoesFirst);
    });
  }

  const SAME: [string, Subject, Values, Values][] = [
    [
      "another spelling of a policy",
      PULL_POLICY,
      { repository: "a", policy: '{"a":1,"b":2}' },
      { repository: "a", policy: '{ "b": 2, "a": 1 }' },
    ],
    [
      "a policy as an object",
      PULL_POLICY,
      { repository: "a", policy: '{"a":1}' },
      { repository: "a", policy: { a: 1 } },
    ],
    [
      "rules in another order",
      LIFECYCLE,
      { repository: "a", policy: '{"rules":[{"rulePriority":1},{"rulePriority":2}]}' },
      { repository: "a", policy: '{"rules":[{"rulePriority":2},{"rulePriority":1}]}' },
    ],
    [
      "a key by its ARN",
      ALIAS,
      { name: "alias/a", targetKeyId: "k-1" },
      { name: "alias/a", targetKeyId: "arn:aws:kms:us-east-1:1:key/k-1" },
    ],
    [
      "a final dot",
      RECORD,
      { zoneId: "Z", name: "A.example.", type: "A", records: ["1", "2"] },
      { zoneId: "Z", name: "a.example", type: "A", records: ["2", "1"] },
    ],
  ];
  for (const [what, subject, olds, news] of SAME) {
    it(`D2 plans nothing for ${what}`, async () => {
      const inputs = await aws.check(subject, olds);
      assert.deepEqual((await plan(aws, subject, { id: "x", inputs, outputs: inputs }, news)).detail, {});
    });
  }

  it("D2 plans an unknown as a change", async () => {
    const inputs = await aws.check(ALIAS, { name: "alias/a", targetKeyId: "k" });
    const found = await plan(
      aws,
      ALIAS,
      { id: "x", inputs, outputs: inputs },
      { name: "alias/a", targetKeyId: UNKNOWN },
    );
    assert.deepEqual(found.detail, { targetKeyId: "UPDATE" });
  });

  it("D2 says what an update, a refresh and a lookup need", async () => {
    const inputs = await aws.check(REPOSITORY, { name: "a" });
    const needs = {
      details: /^aws:ecr\/repository:Repository needs ecr of AWS, .* set AWS_ENDPOINT_URL=http:/,
    };
    await assert.rejects(aws.create(REPOSITORY, inputs), needs);
    await assert.rejects(aws.read(REPOSITORY, "a", inputs, inputs), needs);
    await assert.rejects(aws.delete(REPOSITORY, "a", { inputs, outputs: inputs }), needs);
    await assert.rejects(aws.invoke("aws:acm/getCertificate:getCertificate", { domain: "a" }), {
      details: /needs acm of AWS/,
    });
  });

  it("D2 previews a lookup with a placeholder and says so", async () => {
    const found = await aws.invoke("aws:acm/getCertificate:getCertificate", { domain: "a" }, true);
    assert.match(textOf(found["arn"]), /^arn:aws:acm:us-east-1:0{12}:certificate\//);
    assert.match(aws.logs.at(-1) ?? "", /getCertificate shows a placeholder/);
  });

  it("D2 refuses a missing and an unknown argument, and a type it does not serve", async () => {
    await assert.rejects(aws.check(ALIAS, {}), /targetKeyId: Missing required argument/);
    await assert.rejects(
      aws.check(REPOSITORY, { colour: "red" }),
      /colour: .* has no argument colour; it has .*forceDelete/,
    );
    await assert.rejects(aws.check({ type: "aws:sqs/queue:Queue", name: "b" }, {}), {
      details:
        "golive's offline stand-in does not serve the resource type aws:sqs/queue:Queue; Pulumi's own plugin does",
    });
  });

  it("D2 refuses to start without a region", async () => {
    const plugin = await Plugin.start(bundle, { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined });
    await assert.rejects(plugin.configure({}), { details: /^Missing region configuration/ });
    await plugin.stop();
  });
});

describe("offline aws provider: the loopback guard", () => {
  let bundle: Bundle;

  before(async () => {
    bundle = await bundlePlugin("aws");
  });
  after(() => bundle.remove());

  it("D2 refuses an endpoint that is not on this machine, from settings and from the environment", async () => {
    const remote = "https://ecr.us-east-1.amazonaws.com";
    const refused = {
      details: /ecr endpoint is https:\/\/ecr\.us-east-1\.amazonaws\.com, which is not on this machine/,
    };
    const plain = await Plugin.start(bundle);
    const configured = plain.configure({ region: REGION, endpoints: JSON.stringify([{ ecr: remote }]) });
    await assert.rejects(configured, refused);
    await plain.stop();
    const byEnvironment = await Plugin.start(bundle, { AWS_ENDPOINT_URL_ECR: remote });
    await assert.rejects(byEnvironment.configure({ region: REGION }), refused);
    await byEnvironment.stop();
  });

  it("D2 D11 sends a loopback endpoint placeholder credentials, never the user's", async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(request.headers.authorization ?? "");
      response
        .writeHead(400, { "content-type": "application/x-amz-json-1.1" })
        .end('{"__type":"InvalidParameterException"}');
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(isAddress(address));
    const environment = { AWS_ACCESS_KEY_ID: "AKIAREAL", AWS_SECRET_ACCESS_KEY: "real" };
    const plugin = await Plugin.start(bundle, {
      ...environment,
      AWS_ENDPOINT_URL: `http://127.0.0.1:${address.port}`,
    });
    await plugin.configure({ region: REGION, accessKey: new Secret("AKIAOTHER") });
    await assert.rejects(make(plugin, REPOSITORY, { name: "a" }));
    await plugin.stop();
    server.close();
    assert.equal(seen.length, 1);
    assert.match(seen.join(), /Credential=offline\//);
  });
});

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}

describe("offline aws provider: processes", () => {
  let bundle: Bundle;

  before(async () => {
    bundle = await bundlePlugin("aws");
  });
  after(() => bundle.remove());

  it("D2 ends when the engine's end of its input closes", async () => {
    const plugin = await Plugin.start(bundle);
    plugin.process.stdin?.end();
    await plugin.gone();
    assert.equal(plugin.process.exitCode, 0);
    await plugin.stop();
  });

  it("D2 leaves no process behind when the engine is killed", async () => {
    const script = `const c = require("child_process").spawn(process.execPath, [${JSON.stringify(bundle.file)}], {stdio: ["ignore", "pipe", "inherit"]});
      c.stdout.once("data", () => console.log(c.pid)); setInterval(() => {}, 1000);`;
    const engine = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    const pid = await new Promise<number>((resolve) => {
      engine.stdout.once("data", (line: Buffer) => resolve(Number(line.toString())));
    });
    engine.kill("SIGKILL");
    try {
      await waitUntil("the plugin to end", () => !isAlive(pid), 10);
    } finally {
      if (isAlive(pid)) process.kill(pid);
    }
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe("offline aws provider against moto", function () {
  this.timeout(300_000);
  let bundle: Bundle;
  let moto: Moto;
  let aws: Plugin;

  before(async () => {
    bundle = await bundlePlugin("aws");
    moto = await startMoto({ accountId: ACCOUNT });
    aws = await Plugin.start(bundle);
    const services = ["acm", "ecr", "kms", "route53", "sts", "wafv2"];
    const endpoints = JSON.stringify([Object.fromEntries(services.map((service) => [service, moto.url]))]);
    const defaultTags = JSON.stringify({ tags: { project: "golive" } });
    await aws.configure({ region: REGION, endpoints, defaultTags });
  });
  after(async () => {
    await aws.stop();
    await moto.stop();
    await bundle.remove();
  });

  it("D1 D2 makes, changes, refreshes, imports and deletes a repository", async () => {
    const args = {
      name: "kometa-marketplace",
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
    };
    const made = await make(aws, REPOSITORY, args);
    assert.equal(made.id, "kometa-marketplace");
    assert.equal(
      made.outputs["repositoryUrl"],
      `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/kometa-marketplace`,
    );
    assert.equal(made.outputs["arn"], `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/kometa-marketplace`);
    assert.equal(made.outputs["registryId"], ACCOUNT);
    assert.deepEqual([made.outputs["tags"], made.outputs["tagsAll"]], [{}, { project: "golive" }]);
    await assertNothingToDo(aws, REPOSITORY, made, args);
    const next = { ...args, imageTagMutability: "MUTABLE", tags: { team: "web" } };
    const changed = await change(aws, REPOSITORY, made, next);
    assert.deepEqual(changed.outputs["tagsAll"], { project: "golive", team: "web" });
    await assertNothingToDo(aws, REPOSITORY, changed, next);
    const imported = await aws.read(REPOSITORY, made.id);
    assert.deepEqual(imported?.outputs["arn"], made.outputs["arn"]);
    assert.deepEqual(imported.inputs["imageTagMutability"], "MUTABLE");
    await assertGone(aws, REPOSITORY, changed);
  });

  it("D12 a refresh shows what was changed by hand", async () => {
    const args = { name: "drifting", imageTagMutability: "IMMUTABLE" };
    const made = await make(aws, REPOSITORY, args);
    await change(aws, REPOSITORY, made, { ...args, imageTagMutability: "MUTABLE" });
    const read = await aws.read(REPOSITORY, made.id, made.inputs, made.outputs);
    assert.ok(read);
    assert.deepEqual((await plan(aws, REPOSITORY, { ...made, ...read }, args)).detail, {
      imageTagMutability: "UPDATE",
    });
    await assertGone(aws, REPOSITORY, made);
  });

  it("D1 D2 makes, changes and deletes the policies of a repository", async () => {
    const repository = await make(aws, REPOSITORY, { name: "policies" });
    const selection = { tagStatus: "untagged", countType: "imageCountMoreThan", countNumber: 10 };
    const rules = [{ rulePriority: 1, selection, action: { type: "expire" } }];
    const lifecycle = { repository: "policies", policy: { rules } };
    const made = await make(aws, LIFECYCLE, lifecycle);
    await assertNothingToDo(aws, LIFECYCLE, made, lifecycle);
    const statement = { Sid: "pull", Effect: "Allow", Principal: "*", Action: ["ecr:BatchGetImage"] };
    const pull = {
      repository: "policies",
      policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
    };
    const policy = await make(aws, PULL_POLICY, pull);
    await assertNothingToDo(aws, PULL_POLICY, policy, pull);
    const wider = { ...statement, Action: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] };
    const next = { ...pull, policy: JSON.stringify({ Version: "2012-10-17", Statement: [wider] }) };
    await assertNothingToDo(aws, PULL_POLICY, await change(aws, PULL_POLICY, policy, next), next);
    await assertGone(aws, PULL_POLICY, policy);
    await assertGone(aws, LIFECYCLE, made);
    await assertGone(aws, REPOSITORY, repository);
  });

  it("D1 D2 makes, changes and deletes a key and its alias", async () => {
    const args = { description: "images", enableKeyRotation: true, deletionWindowInDays: 7 };
    const key = await make(aws, KEY, args);
    assert.equal(key.outputs["arn"], `arn:aws:kms:${REGION}:${ACCOUNT}:key/${key.id}`);
    await assertNothingToDo(aws, KEY, key, args);
    const next = { ...args, description: "all images", enableKeyRotation: false, tags: { a: "b" } };
    const changed = await change(aws, KEY, key, next);
    assert.equal(changed.outputs["description"], "all images");
    await assertNothingToDo(aws, KEY, changed, next);
    const named = { name: "alias/images", targetKeyId: textOf(key.outputs["arn"]) };
    const alias = await make(aws, ALIAS, named);
    assert.equal(alias.outputs["targetKeyArn"], key.outputs["arn"]);
    await assertNothingToDo(aws, ALIAS, alias, named);
    await assertGone(aws, ALIAS, alias);
    await assertGone(aws, KEY, changed);
  });

  it("D1 D2 requests a certificate, writes its record, waits for it and finds it again", async () => {
    const route53 = new Route53({
      region: REGION,
      endpoint: moto.url,
      credentials: { accessKeyId: "x", secretAccessKey: "x" },
    });
    const { HostedZone } = await route53.createHostedZone({ Name: "golive.example", CallerReference: "1" });
    const args = { domainName: "shop.golive.example", validationMethod: "DNS" };
    const certificate = await make(aws, CERTIFICATE, args);
    const validation = firstOf(certificate.outputs["domainValidationOptions"]);
    assert.equal(validation["domainName"], "shop.golive.example");
    const record = {
      zoneId: (HostedZone?.Id ?? "").replace("/hostedzone/", ""),
      name: textOf(validation["resourceRecordName"]),
      type: textOf(validation["resourceRecordType"]),
      records: [textOf(validation["resourceRecordValue"])],
      ttl: 60,
    };
    const written = await make(aws, RECORD, record);
    await assertNothingToDo(aws, RECORD, written, record);
    const slower = await change(aws, RECORD, written, { ...record, ttl: 300 });
    assert.equal(slower.outputs["ttl"], 300);
    assert.equal((await aws.read(RECORD, written.id))?.outputs["fqdn"], written.outputs["fqdn"]);
    const arn = textOf(certificate.outputs["arn"]);
    const validated = await make(aws, VALIDATION, {
      certificateArn: arn,
      validationRecordFqdns: [textOf(written.outputs["fqdn"])],
    });
    assert.match(validated.id, /^\d{4}-\d\d-\d\dT/);
    const found = await aws.invoke("aws:acm/getCertificate:getCertificate", {
      domain: "shop.golive.example",
    });
    assert.equal(found["arn"], arn);
    const refreshed = await aws.read(CERTIFICATE, arn, certificate.inputs, certificate.outputs);
    assert.deepEqual([refreshed?.outputs["status"], refreshed?.inputs], ["ISSUED", certificate.inputs]);
    await assertGone(aws, RECORD, slower);
    await assertGone(aws, CERTIFICATE, certificate);
  });

  it("D1 D2 makes, changes and deletes a web ACL with a rate limit", async () => {
    const visibilityConfig = {
      cloudwatchMetricsEnabled: true,
      metricName: "site",
      sampledRequestsEnabled: true,
    };
    const rule = (limit: number) => ({
      name: "rate",
      priority: 1,
      action: { block: {} },
      statement: { rateBasedStatement: { limit, aggregateKeyType: "IP" } },
      visibilityConfig: { ...visibilityConfig, metricName: "rate" },
    });
    const args = {
      name: "site",
      scope: "REGIONAL",
      defaultAction: { allow: {} },
      visibilityConfig,
      rules: [rule(2000)],
    };
    const made = await make(aws, WEB_ACL, args);
    assert.match(textOf(made.outputs["arn"]), /^arn:aws:wafv2:us-east-1:\d+:regional\/webacl\/site\//);
    await assertNothingToDo(aws, WEB_ACL, made, args);
    const next = { ...args, rules: [rule(1000)] };
    const changed = await change(aws, WEB_ACL, made, next);
    await assertNothingToDo(aws, WEB_ACL, changed, next);
    const imported = await aws.read(WEB_ACL, `${made.id}/site/REGIONAL`);
    assert.equal(imported?.id, made.id);
    await assertGone(aws, WEB_ACL, changed);
  });

  it("D1 D2 answers who calls, and hands out registry credentials", async () => {
    const caller = await aws.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    const region = await aws.invoke("aws:index/getRegion:getRegion", {});
    const login = await aws.invoke("aws:ecr/getAuthorizationToken:getAuthorizationToken", {});
    assert.equal(caller["accountId"], ACCOUNT);
    assert.equal(region["region"], REGION);
    assert.equal(login["userName"], "AWS");
  });

  it("D11 an output made of a secret input is secret", async () => {
    const made = await make(aws, KEY, { description: new Secret("planted"), deletionWindowInDays: 7 });
    assert.deepEqual(made.outputs["description"], new Secret("planted"));
    await assertGone(aws, KEY, made);
  });

  it("D2 the service's refusal reaches the user in one line", async () => {
    const made = await make(aws, REPOSITORY, { name: "twice" });
    await assert.rejects(make(aws, REPOSITORY, { name: "twice" }), { details: /already exists/ });
    await assertGone(aws, REPOSITORY, made);
  });
});
