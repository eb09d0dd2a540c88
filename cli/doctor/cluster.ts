/** Checks of the cluster that a stack is for (row K11): each asks kubectl, so that any kind of login works. */
import { z } from "zod";
import { STAND_IN_ANNOTATION } from "../../engine/cluster/seed";
import { fail, ok, warn, type Reading } from "./finding";
import type { Outcome } from "./probes";

/** kubectl on the stack's cluster. */
export type Kubectl = (...args: string[]) => Promise<Outcome>;

const ALB = "aws-load-balancer-controller";
const ALB_CLASS = "ingress.k8s.aws/alb";
const INSTALL_ALB =
  "install it: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/deploy/installation/";
const ACCESS = "check the access to the cluster (`kubectl auth whoami`)";

const node = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
    .default({ conditions: [] }),
});
const nodeList = z.object({ items: z.array(node) });
const namespaceObject = z.object({ status: z.object({ phase: z.string() }) });
const deployment = z.object({
  spec: z.object({ replicas: z.number().default(1) }),
  status: z.object({ availableReplicas: z.number().default(0) }),
});
const ingressClass = z.object({
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.object({ controller: z.string().optional() }).default({}),
});
const ingressClassList = z.object({ items: z.array(ingressClass) });

/** Gives the text to a judge; a kubectl that failed is a `fail` with its own words. */
async function asking(question: Promise<Outcome>, judge: (text: string) => Reading): Promise<Reading> {
  const outcome = await question;
  return "failure" in outcome ? fail(outcome.failure, ACCESS) : judge(outcome.text);
}

export async function judgeReachable(kubectl: Kubectl): Promise<Reading> {
  const outcome = await kubectl("get", "--raw", "/readyz");
  const mend =
    "point KUBECONFIG at the stack's cluster (`aws eks update-kubeconfig`), or start a local one: `npm run cluster`";
  if ("failure" in outcome) return fail(outcome.failure, mend);
  return outcome.text.trim() === "ok"
    ? ok("/readyz says ok")
    : fail(`/readyz says ${outcome.text.trim()}`, "see which check of /readyz?verbose fails");
}

export const judgeNodes = (kubectl: Kubectl): Promise<Reading> =>
  asking(kubectl("get", "nodes", "-o", "json"), (text) => {
    const { items } = nodeList.parse(JSON.parse(text));
    const unready = items.filter(
      ({ status }) =>
        !status.conditions.some(({ type, status: value }) => type === "Ready" && value === "True"),
    );
    const reading = `${items.length - unready.length} of ${items.length} Ready`;
    if (unready.length === 0 && items.length > 0) return ok(reading);
    if (unready.length === items.length) return fail(reading, "bring up a node: pods have nowhere to run");
    const names = unready.map(({ metadata }) => metadata.name).join(", ");
    return warn(`${reading}; not: ${names}`, "`kubectl describe node` says why");
  });

export const judgeNamespace = (kubectl: Kubectl, name: string, stack: string): Promise<Reading> =>
  asking(kubectl("get", "namespace", name, "--ignore-not-found", "-o", "json"), (text) => {
    if (text.trim() === "") return warn("not there yet", `\`npm run up -- ${stack}\` creates it`);
    const { phase } = namespaceObject.parse(JSON.parse(text)).status;
    return phase === "Active"
      ? ok("Active")
      : fail(phase, `wait for its end, or see what holds it: \`kubectl get namespace ${name} -o yaml\``);
  });

export async function judgeAlb(kubectl: Kubectl): Promise<Reading> {
  const [controller, classes] = await Promise.all([
    kubectl("get", "deployment", ALB, "-n", "kube-system", "--ignore-not-found", "-o", "json"),
    kubectl("get", "ingressclasses", "-o", "json"),
  ]);
  if ("failure" in controller) return fail(controller.failure, ACCESS);
  if ("failure" in classes) return fail(classes.failure, ACCESS);
  const found = ingressClassList
    .parse(JSON.parse(classes.text))
    .items.find(({ spec }) => spec.controller === ALB_CLASS);
  const standIn = found?.metadata.annotations[STAND_IN_ANNOTATION];
  if (standIn !== undefined)
    return warn(`stand-in: ${standIn}`, "expected on golive's local control plane only");
  if (controller.text.trim() === "") return fail(`no deployment ${ALB} in kube-system`, INSTALL_ALB);
  const { spec, status } = deployment.parse(JSON.parse(controller.text));
  const reading = `${status.availableReplicas} of ${spec.replicas} replicas available`;
  if (found === undefined)
    return fail(`${reading}; no IngressClass with controller ${ALB_CLASS}`, INSTALL_ALB);
  if (status.availableReplicas === 0) {
    return fail(reading, `\`kubectl describe deployment ${ALB} -n kube-system\` says why`);
  }
  return status.availableReplicas < spec.replicas
    ? warn(reading, `\`kubectl describe deployment ${ALB} -n kube-system\` says why`)
    : ok(`${reading}; IngressClass ${found.metadata.name}`);
}
