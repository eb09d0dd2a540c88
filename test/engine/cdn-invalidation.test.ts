import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { CloudFront } from "@aws-sdk/client-cloudfront";
import { SCRIPT } from "../../components/cdn/invalidation";
import { startMoto, type Moto } from "../../engine/moto";

const run = promisify(execFile);

/** The script of the Job, as its container runs it: by sh, with AWS's own command line, here against moto. */
describe("the script of CdnInvalidation", function () {
  this.timeout(300_000);
  let moto: Moto;
  let cloudfront: CloudFront;
  let home: string;
  let distribution: string;

  before(async () => {
    moto = await startMoto();
    home = await mkdtemp(path.join(tmpdir(), "golive-cdn-"));
    const aws = `#!/bin/sh\nexec ${moto.python} -m awscli "$@"\n`;
    await writeFile(path.join(home, "aws"), aws, { mode: 0o755 });
    const credentials = { accessKeyId: "x", secretAccessKey: "x" };
    cloudfront = new CloudFront({ region: "us-east-1", endpoint: moto.url, credentials });
  });
  after(async () => {
    await moto.stop();
    await rm(home, { recursive: true });
  });
  beforeEach(async () => {
    const { Distribution } = await cloudfront.createDistribution({
      DistributionConfig: {
        CallerReference: String(Math.random()),
        Comment: "shop",
        Enabled: true,
        Origins: { Quantity: 1, Items: [{ Id: "shop", DomainName: "shop.s3.us-east-1.amazonaws.com" }] },
        DefaultCacheBehavior: { TargetOriginId: "shop", ViewerProtocolPolicy: "redirect-to-https" },
      },
    });
    distribution = Distribution?.Id ?? "";
  });

  const invalidate = (version: string, job: string, id = distribution) =>
    run("sh", ["-c", SCRIPT], {
      env: {
        PATH: `${home}:/usr/bin:/bin`,
        HOME: home,
        AWS_ENDPOINT_URL: moto.url,
        AWS_ACCESS_KEY_ID: "x",
        AWS_SECRET_ACCESS_KEY: "x",
        AWS_REGION: "us-east-1",
        AWS_DEFAULT_REGION: "us-east-1",
        DISTRIBUTION: id,
        VERSION: version,
        RUN: job,
      },
    });

  const made = async () => {
    const { InvalidationList } = await cloudfront.listInvalidations({ DistributionId: distribution });
    const ids = (InvalidationList?.Items ?? []).map(({ Id }) => Id);
    const details = ids.map(async (Id) => {
      const { Invalidation } = await cloudfront.getInvalidation({ DistributionId: distribution, Id });
      return Invalidation?.InvalidationBatch;
    });
    return Promise.all(details);
  };

  it("S5 empties the caches of every path, waits until they are, and says so", async () => {
    const { stdout } = await invalidate("v2.1.0", "job-1");
    assert.match(
      stdout,
      /^distribution \w+, version v2\.1\.0: invalidation (\w+)\ninvalidation \1 is complete\n$/,
    );
    assert.deepEqual(await made(), [
      { CallerReference: "v2.1.0-job-1", Paths: { Quantity: 1, Items: ["/*"] } },
    ]);
  });

  it("S5 asks once, however often the pods of one Job run it", async () => {
    await invalidate("v2.1.0", "job-1");
    await invalidate("v2.1.0", "job-1");
    assert.equal((await made()).length, 1);
  });

  it("S5 empties the caches anew for a version that comes back", async () => {
    for (const [version, job] of [
      ["v2.1.0", "job-1"],
      ["v2.2.0", "job-2"],
      ["v2.1.0", "job-3"],
    ] as const) {
      await invalidate(version, job);
    }
    assert.equal((await made()).length, 3);
  });

  it("S5 fails, with the service's own words, where there is no such distribution", async () => {
    await assert.rejects(invalidate("v2.1.0", "job-1", "E0000000000000"), {
      stderr: /distribution does not exist/,
    });
  });
});
