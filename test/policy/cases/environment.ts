import { UNKNOWN } from "../../../policies/checks/field";
import { passes, refuses, type Case } from "../case";
import { deployment, inDeployment } from "./good";
import { tweak } from "./tweak";

const positions = ["containers", "initContainers", "ephemeralContainers"] as const;
const withNames = (position: string, ...names: string[]) =>
  tweak(
    deployment(),
    [...inDeployment, position, 0, "env"],
    names.map((name) => ({ name, value: "1" })),
  );

export const duplicateCases: readonly Case[] = positions.flatMap((position) => [
  refuses(
    `${position} that sets a variable twice`,
    withNames(position, "A", "B", "A"),
    "duplicate-env",
    new RegExp(
      `${position}\\[0\\]\\.env\\[2\\]\\.name is "A" again; allowed: a name that no earlier variable has`,
    ),
  ),
  refuses(
    `${position} with a variable of which the name is not known`,
    withNames(position, "A", UNKNOWN),
    "duplicate-env",
    /env\[1\]\.name is known only at up/,
  ),
  passes(`${position} with variables that differ in case alone`, withNames(position, "A", "a")),
]);
