/** Jobs that fail on the local control plane, whose KWOK by itself completes every Job. */
import type { Cluster } from "../../engine/cluster/cluster";
import { apply, kubectl, waitUntil } from "./cluster";

const POLICY = "golive-test-failing-job";

const failing = (job: string, seconds: number) => [
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicy",
    metadata: { name: POLICY },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: ["batch"], apiVersions: ["v1"], operations: ["CREATE"], resources: ["jobs"] },
        ],
      },
      matchConditions: [{ name: "job", expression: `object.metadata.name.startsWith("${job}-")` }],
      failurePolicy: "Fail",
      reinvocationPolicy: "Never",
      mutations: [
        {
          patchType: "ApplyConfiguration",
          applyConfiguration: {
            expression: `Object{spec: Object.spec{activeDeadlineSeconds: ${seconds}, template: Object.spec.template{
              spec: Object.spec.template.spec{schedulerName: "nobody"}}}}`,
          },
        },
      ],
    },
  },
  {
    apiVersion: "admissionregistration.k8s.io/v1",
    kind: "MutatingAdmissionPolicyBinding",
    metadata: { name: POLICY },
    spec: { policyName: POLICY },
  },
];

/** Seconds that a Job of that name would have; nothing where it has what it asks for. */
async function deadlineOf(cluster: Cluster, job: string): Promise<string> {
  const spec = {
    template: { spec: { restartPolicy: "Never", containers: [{ name: "a", image: "a:1" }] } },
  };
  const probe = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: `${job}-probe`, namespace: "default" },
    spec,
  };
  const create = ["create", "--dry-run=server", "-f", "-", "-o", "jsonpath={.spec.activeDeadlineSeconds}"];
  return kubectl(cluster, create, JSON.stringify(probe));
}

let failed = "";

/** Makes Jobs whose names begin so fail: no scheduler takes their pods, and so many seconds are all they have. */
export async function failJobs(cluster: Cluster, job: string, seconds = 1): Promise<void> {
  await apply(cluster, ...failing(job, seconds));
  failed = job;
  await waitUntil("the policy", async () => (await deadlineOf(cluster, job)) === String(seconds));
}

/** Ends that. */
export async function mendJobs(cluster: Cluster): Promise<void> {
  const policies = ["mutatingadmissionpolicies", "mutatingadmissionpolicybindings"];
  for (const kind of policies) await kubectl(cluster, ["delete", kind, POLICY, "--ignore-not-found"]);
  if (failed !== "") await waitUntil("no policy", async () => (await deadlineOf(cluster, failed)) === "");
}
