import assert from "node:assert/strict";
import path from "node:path";
import { repositoryRoot } from "../../../engine/cache";
import { readStackFile } from "../../../settings";
import { routerValues } from "../../../systems/router-values";

const settingsOf = (stack: string) => readStackFile(path.join(repositoryRoot, `Pulumi.${stack}.yaml`));

describe("what the cluster's owners set for the router", () => {
  it("L18 E9 is the buckets that the stack's thresholds are read at, and the labels of its Prometheus", () => {
    assert.deepEqual(routerValues(settingsOf("production")), {
      routerValues: {
        controller: {
          metrics: {
            enabled: true,
            serviceMonitor: { enabled: true, additionalLabels: { release: "kube-prometheus-stack" } },
          },
          extraArgs: { "time-buckets": "0.005,0.01,0.025,0.05,0.1,0.25,0.35,0.5,1,2.5,5,10" },
        },
      },
    });
  });

  it("K8 E12 is nothing where no host is behind it, or nobody watches", () => {
    assert.deepEqual(routerValues(settingsOf("develop")), {});
    const { observability, ...unwatched } = settingsOf("production");
    assert.ok(observability);
    assert.deepEqual(routerValues(unwatched), {});
  });
});
