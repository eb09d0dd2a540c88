import assert from "node:assert/strict";
import { isFields } from "../../../charts/manifest";
import { record } from "../../../cli/recorder";
import { CdnInvalidation, type CdnInvalidationArgs } from "../../../components/cdn-invalidation";

const ARGS: CdnInvalidationArgs = {
  name: "cdn-invalidation",
  namespace: "shop",
  version: "v2.1.0",
  distributionId: "E1",
  serviceAccount: "cdn",
};

async function jobOf(args: Partial<CdnInvalidationArgs> = {}): Promise<Record<string, unknown>> {
  const found = await record("test", () =>
    Promise.resolve(new CdnInvalidation("shop", { ...ARGS, ...args })),
  );
  assert.deepEqual(
    found.map(({ type }) => type),
    ["golive:components:CdnInvalidation", "kubernetes:batch/v1:Job"],
  );
  return { ...found[1]?.inputs };
}

/** What stands at a path; undefined where there is nothing. */
const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (found, key) => (isFields(found) || Array.isArray(found) ? Reflect.get(found, key) : undefined),
    value,
  );

const POD = ["spec", "template", "spec"];
const nameOf = async (args: Partial<CdnInvalidationArgs>) => at(await jobOf(args), ["metadata", "name"]);

describe("CdnInvalidation", () => {
  it("S5 is a Job of the version: another one for another version, the same for the same", async () => {
    assert.match(String(await nameOf({})), /^cdn-invalidation-[0-9a-f]{8}$/);
    assert.equal(await nameOf({}), await nameOf({ distributionId: "E2" }));
    assert.notEqual(await nameOf({}), await nameOf({ version: "v2.2.0" }));
  });

  it("S5 is run by AWS's own image at a version, with limits, as nobody, in the given account", async () => {
    const job = await jobOf();
    assert.equal(at(job, [...POD, "serviceAccountName"]), "cdn");
    assert.equal(at(job, [...POD, "automountServiceAccountToken"]), false);
    assert.equal(at(job, [...POD, "securityContext", "runAsNonRoot"]), true);
    assert.deepEqual(at(job, [...POD, "securityContext", "seccompProfile"]), { type: "RuntimeDefault" });
    const container = at(job, [...POD, "containers", 0]);
    assert.match(String(at(container, ["image"])), /^public\.ecr\.aws\/aws-cli\/aws-cli:\d+\.\d+\.\d+$/);
    const size = { cpu: "250m", memory: "256Mi" };
    assert.deepEqual(at(container, ["resources"]), { limits: size, requests: size });
    assert.deepEqual(at(container, ["securityContext"]), {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.deepEqual(at(job, ["spec", "template", "metadata", "labels"]), {
      app: "cdn-invalidation",
      "app.kubernetes.io/name": "cdn-invalidation",
    });
  });

  it("S5 names the distribution, the version and the run, which a version that comes back does not share", async () => {
    const variables = at(await jobOf(), [...POD, "containers", 0, "env"]);
    assert.ok(Array.isArray(variables));
    assert.deepEqual(variables.slice(0, 3), [
      { name: "DISTRIBUTION", value: "E1" },
      { name: "VERSION", value: "v2.1.0" },
      {
        name: "RUN",
        valueFrom: { fieldRef: { fieldPath: "metadata.labels['batch.kubernetes.io/controller-uid']" } },
      },
    ]);
  });

  it("S5 fails at its deadline, and runs anew at the next up", async () => {
    const job = await jobOf({ deadlineSeconds: 120 });
    assert.equal(at(job, ["spec", "activeDeadlineSeconds"]), 120);
    assert.equal(at(job, ["metadata", "annotations", "pulumi.com/replaceUnready"]), "true");
  });
});
