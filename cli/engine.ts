import Table from "cli-table3";
import { prepareEngine } from "../engine/engine";

/** `golive engine`: prints where each part of the engine came from. */
export async function showEngine(): Promise<void> {
  const { parts, env, backend } = await prepareEngine();
  const table = new Table({ head: ["part", "version", "from"], style: { head: [], border: [] } });
  table.push(...parts.map(({ name, version, origin }) => [name, version, origin]));
  console.log(table.toString());
  console.log(`PULUMI_HOME ${env.PULUMI_HOME ?? ""}`);
  console.log(
    `state       ${backend.ours ? (env.PULUMI_BACKEND_URL ?? "") : "the backend you are logged in to"}`,
  );
}
