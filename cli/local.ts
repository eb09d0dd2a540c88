/** `golive local`: a system's environment Local (row L1), from the declaration of its stacks. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { readStackFile } from "../settings";
import { LOCAL_OTHERS, LOCAL_SERVICES, LOCAL_VALUES } from "../settings/systems/listacompra-local";
import { VARIABLES } from "../settings/systems/listacompra-variables";
import { composeFile } from "./local/compose";
import { startCompose } from "./local/docker";
import { environmentFile, type Line } from "./local/environment-file";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface LocalOptions {
  /** Folder to write to. @default - `out/local/<system>` */
  readonly out?: string;
  /** Stack whose settings the application's own variables are taken from. */
  readonly stack: string;
  /** Whether the files are written and nothing is started. @default false */
  readonly writeOnly?: boolean;
}

/** What a system has on Local: the texts of its files. */
interface Local {
  readonly compose: string;
  readonly environment: string;
}

/** The systems that have an environment Local. */
const SYSTEMS: Readonly<Record<string, (stack: string) => Promise<Local>>> = { listacompra };

/** The system that is meant where none is named. */
export const DEFAULT_SYSTEM = "listacompra";

/**
 * Writes `compose.yaml` and `.env.example`, and starts the services; gives the exit code.
 *
 * @throws {UserError} for a system without an environment Local, and where Docker, its compose plugin or its engine is
 * not there; {@link SettingsError} when the stack file is wrong.
 */
export async function localCommand(system: string, { out, stack, writeOnly }: LocalOptions): Promise<number> {
  const local = SYSTEMS[system];
  if (local === undefined) {
    throw new UserError(
      `${JSON.stringify(system)} has no environment Local; expected one of: ${Object.keys(SYSTEMS).join(", ")}`,
    );
  }
  const folder = out ?? path.join("out", "local", system);
  const { compose, environment } = await local(stack);
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, "compose.yaml");
  await writeFile(file, compose);
  await writeFile(path.join(folder, ".env.example"), environment);
  console.log(`${file} and .env.example of ${system} are written`);
  return writeOnly === true ? 0 : startCompose(file);
}

async function listacompra(stack: string): Promise<Local> {
  const settings = readStackFile(await stackFile(stack)).systems.listacompra;
  if (settings === undefined)
    throw new UserError(`Pulumi.${stack}.yaml has no golive:listacompra; name another by --stack`);
  const table = Object.entries(LOCAL_VALUES).map(([name, value]) => ({
    name,
    value,
    description: describe(name),
  }));
  const others = Object.entries(LOCAL_OTHERS).map(([name, value]) => ({
    name,
    value,
    description: `${describe(name)} (not on Local by the table; its service runs here)`,
    isComment: true,
  }));
  const own = settings.api.environment.flatMap((variable): Line[] =>
    variable.kind === "plain"
      ? [{ name: variable.name, value: variable.value, description: `As on ${stack}` }]
      : [],
  );
  const port = {
    name: "PORT",
    value: String(settings.api.port),
    description: `Port of the API, as on ${stack}`,
  };
  return {
    compose: composeFile("listacompra", LOCAL_SERVICES),
    environment: environmentFile("listacompra", [...table, ...others, port, ...own]),
  };
}

const describe = (name: string) =>
  Object.entries(VARIABLES).find(([variable]) => variable === name)?.[1].description ?? "";
