/** Starts a Compose file with Docker, once Docker is there to do it. */
import { spawn } from "node:child_process";
import { CommandError, run } from "../../charts/process";
import { UserError } from "../user-error";

/** What is looked for, in this order, and what a person does where it is not there. */
const NEEDS = [
  {
    args: ["--version"],
    mend: "Docker is not there: install it (https://docs.docker.com/get-docker/)",
  },
  {
    args: ["compose", "version"],
    mend: "Docker has no compose plugin: install docker-compose-plugin (https://docs.docker.com/compose/install/)",
  },
  {
    args: ["info", "--format", "{{.ServerVersion}}"],
    mend: "Docker's engine does not answer: start it (systemctl start docker, or Docker Desktop)",
  },
] as const;

/** Seconds that Docker may take to answer a question. */
const PATIENCE = 15;

/**
 * Runs `docker compose up -d` on a file and waits until every service is healthy; gives its exit code.
 *
 * @throws {UserError} naming the first thing that is not there, and how to mend it.
 */
export async function startCompose(file: string): Promise<number> {
  for (const { args, mend } of NEEDS) {
    await run({ program: "docker", args: [...args], seconds: PATIENCE }).catch((error: unknown) => {
      if (!(error instanceof CommandError)) throw error;
      throw new UserError(`${mend}, or call golive local with --write-only.\n  ${firstLine(error.stderr)}`);
    });
  }
  const child = spawn("docker", ["compose", "--file", file, "up", "-d", "--wait"], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

const firstLine = (text: string) => text.trim().split("\n")[0] ?? "";
