/** What ListaCompra is checked with after a release (row L8; `001-listacompra.md`, "Post-deploy"). Pure. */
import type { RequestStep, SmokePlan } from "../k6/plan";

interface Checked {
  /** Address of the API, e.g. `http://listacompra-api:3000`. */
  readonly baseUrl: string;
  readonly healthPath: string;
  readonly readyPath: string;
  /** Variable of the run that holds the token of the health checks. @default - they take none */
  readonly tokenVariable?: string | undefined;
}

/** Time that the Service is given to lead to the new pods. */
const PATIENCE_SECONDS = 60;

/** The plan: `/health`, then `/ready`, each with the token where the environment has one. */
export function verificationPlan({ baseUrl, healthPath, readyPath, tokenVariable }: Checked): SmokePlan {
  const headers: Readonly<Record<string, string>> =
    tokenVariable === undefined ? {} : { authorization: `Bearer {env.${tokenVariable}}` };
  const step = (name: string, path: string): RequestStep => ({
    name,
    method: "GET",
    path,
    headers,
    expect: { status: 200 },
    patience: PATIENCE_SECONDS,
  });
  return {
    kind: "smoke",
    title: "LISTACOMPRA",
    baseUrl,
    steps: [step("health", healthPath), step("ready", readyPath)],
  };
}
