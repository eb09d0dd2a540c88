/** Whether images can be had from a stack's registry (row K11). */
import { fail, ok, warn, type Reading } from "./finding";
import type { Probes } from "./probes";
import type { Repository } from "./target";

/** What a registry's base address answers when it works: with and without a login. */
const ALIVE = [200, 401];

/** The repository's own state where AWS may be asked, else whether the registry answers. */
export async function judgeRegistry(repository: Repository, probes: Probes, stack: string): Promise<Reading> {
  try {
    return probes.aws === undefined
      ? judgeStatus(await probes.status(`https://${repository.registry}/v2/`))
      : judgeMutability(
          await probes.aws.repository(repository.region, repository.accountId, repository.name),
          stack,
        );
  } catch (error) {
    const { cause, message } = error instanceof Error ? error : new Error(String(error));
    const reason = cause instanceof Error ? cause.message : message;
    return fail(`not reached: ${reason}`, "check the network, and the login (`aws sts get-caller-identity`)");
  }
}

function judgeStatus(status: number): Reading {
  return ALIVE.includes(status)
    ? ok(`answers ${status}; no AWS credentials here, so the repository itself was not looked up`)
    : fail(
        `answers ${status}; ${ALIVE.join(" or ")} expected`,
        "check the account and the region of golive:aws",
      );
}

function judgeMutability(mutability: string | undefined, stack: string): Reading {
  if (mutability === undefined)
    return warn("no such repository yet", `\`npm run up -- ${stack}\` creates it`);
  return mutability.startsWith("IMMUTABLE")
    ? ok(`there, tags ${mutability}`)
    : warn(`there, tags ${mutability}`, `\`npm run up -- ${stack}\` makes them immutable`);
}
