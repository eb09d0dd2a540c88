/** What judging costs: CPU seconds of the pack's process for 1000 resources, over those of an empty pack's. */
import { deployment } from "../test/policy/cases/good";
import { RunningPack, type StackResource } from "../test/support/policy-pack";

const COUNT = 1000;
/** Unmeasured: what is compiled as it is first used. */
const WARM = 50;

/** CPU seconds for `COUNT` deployments, one by one as inputs and then together as a stack. */
export interface JudgingCost {
  readonly inputs: number;
  readonly stack: number;
}

/** Measures a pack; without a folder it is golive's own. */
export async function judgingCost(folder?: string): Promise<JudgingCost> {
  const config = { "golive:ceiling": JSON.stringify({ cpu: "1", memory: "1Gi" }) };
  const pack = await RunningPack.start({
    stack: "production",
    config,
    ...(folder === undefined ? {} : { folder }),
  });
  const resources = Array.from({ length: COUNT }, (_, index) => numbered(index));
  try {
    for (const resource of resources.slice(0, WARM)) await pack.analyze(resource);
    const inputs = await cpuOf(pack, async () => {
      for (const resource of resources) await pack.analyze(resource);
    });
    return { inputs, stack: await cpuOf(pack, () => pack.analyzeStack(resources)) };
  } finally {
    await pack.stop();
  }
}

async function cpuOf(pack: RunningPack, work: () => Promise<unknown>): Promise<number> {
  const before = pack.cpuSeconds();
  await work();
  return pack.cpuSeconds() - before;
}

/** A deployment that keeps every rule, as one of many. */
function numbered(index: number): StackResource {
  const { type, props } = deployment();
  const name = `web-${index}`;
  return { type, name, props: { ...Object(props), metadata: { name, namespace: "many" } } };
}
