import assert from "node:assert/strict";
import { z } from "zod";
import { record } from "../../../cli/recorder";
import { CommandJob, type CommandJobArgs } from "../../../components/command-job";

const ARGS: CommandJobArgs = {
  name: "shop-smoke",
  namespace: "shop",
  app: "smoke",
  image: "registry.example.com/shop:v1.0.0",
  command: ["npm", "run", "test:smoke"],
  version: "v1.0.0",
  limits: { cpu: "200m", memory: "256Mi" },
};

const job = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    annotations: z.record(z.string(), z.string()),
  }),
  spec: z.object({
    backoffLimit: z.number(),
    activeDeadlineSeconds: z.number(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        containers: z.array(z.looseObject({ command: z.array(z.string()), env: z.unknown() })),
      }),
    }),
  }),
});

async function declared(args: Partial<CommandJobArgs> = {}) {
  const registrations = await record("test", () =>
    Promise.resolve(new CommandJob("smoke", { ...ARGS, ...args })),
  );
  return job.parse(registrations.find(({ type }) => type === "kubernetes:batch/v1:Job")?.inputs);
}

describe("CommandJob", () => {
  it("L8 runs the command once, within its time, in the pods that openings know", async () => {
    const { metadata, spec } = await declared({ deadlineSeconds: 120 });
    assert.match(metadata.name, /^shop-smoke-[0-9a-f]{8}$/);
    assert.equal(metadata.annotations["pulumi.com/replaceUnready"], "true");
    assert.equal(spec.backoffLimit, 0);
    assert.equal(spec.activeDeadlineSeconds, 120);
    assert.deepEqual(spec.template.metadata.labels, { app: "smoke", "app.kubernetes.io/name": "smoke" });
    assert.deepEqual(spec.template.spec.containers[0]?.command, ARGS.command);
  });

  it("L8 is another Job for another version, image or command, and the same for the same", async () => {
    const nameOf = async (args: Partial<CommandJobArgs>) => (await declared(args)).metadata.name;
    const first = await nameOf({});
    assert.equal(await nameOf({}), first);
    for (const other of [
      { version: "v1.0.1" },
      { image: "registry.example.com/shop:v2" },
      { command: ["true"] },
    ]) {
      assert.notEqual(await nameOf(other), first);
    }
  });

  it("L7 L8 has its variables, the secret ones by reference", async () => {
    const { spec } = await declared({
      environment: { BASE_URL: "http://shop:3000", EMPTY: "" },
      secretEnvironment: [{ name: "TOKEN", secret: "shop-token", key: "token" }],
    });
    assert.deepEqual(spec.template.spec.containers[0]?.env, [
      { name: "HOME", value: "/tmp" },
      { name: "BASE_URL", value: "http://shop:3000" },
      { name: "EMPTY" },
      { name: "TOKEN", valueFrom: { secretKeyRef: { name: "shop-token", key: "token" } } },
    ]);
  });

  it("K1 fits Pod Security's restricted level", async () => {
    const pod = (await declared()).spec.template.spec;
    assert.equal(pod.automountServiceAccountToken, false);
    assert.deepEqual(pod.containers[0]?.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
  });
});
