import Table from "cli-table3";
import { findTool } from "../engine/acquire";
import { customResourceDefinitions } from "../engine/cluster/crds";
import { prepareEngine } from "../engine/engine";
import { startMoto } from "../engine/moto";
import { toolNames } from "../engine/tools";

/**
 * `golive engine`: prints where each part of the engine came from. With `all` it first makes what would else be made
 * when the local control plane or the tests first need it, one thing after the other.
 */
export async function showEngine({ all = false }: { all?: boolean }): Promise<void> {
  if (all) await makeAll();
  const { parts, env, backend } = await prepareEngine();
  const table = new Table({ head: ["part", "version", "from"], style: { head: [], border: [] } });
  table.push(...parts.map(({ name, version, origin }) => [name, version, origin]));
  console.log(table.toString());
  console.log(`PULUMI_HOME ${env.PULUMI_HOME ?? ""}`);
  console.log(
    `state       ${backend.ours ? (env.PULUMI_BACKEND_URL ?? "") : "the backend you are logged in to"}`,
  );
}

async function makeAll(): Promise<void> {
  for (const name of toolNames) await findTool(name);
  await customResourceDefinitions();
  await (await startMoto()).stop();
}
