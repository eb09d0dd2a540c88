/** What a container asks for and may use. */
import { judgeContainers, startedPositions } from "./containers";
import type { Field } from "./field";
import { isPositive, quantityIn, type Resource } from "./quantity";
import { refused, type Violation } from "./violation";

const examples: Readonly<Record<Resource, string>> = {
  cpu: "200m",
  memory: "200Mi",
  "ephemeral-storage": "1Gi",
};

/** Every container and init container has a limit and a request of each resource, more than zero. */
export function checkResources(pod: Field, resources: readonly Resource[]): Violation[] {
  return judgeContainers(pod, startedPositions, (container, name) =>
    resources.flatMap((resource) =>
      ["limits", "requests"].flatMap((part) =>
        checkAmount(container.at("resources", part, resource), resource, name),
      ),
    ),
  );
}

function checkAmount(field: Field, resource: Resource, container: string): Violation[] {
  const quantity = quantityIn(field);
  if (quantity !== undefined && isPositive(quantity)) return [];
  const allowed = `a quantity of ${resource} more than zero, such as ${examples[resource]}`;
  return [refused(field, { allowed, mend: "set it on the container" }, container)];
}
