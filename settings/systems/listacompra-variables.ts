/** The table "Variables de Entorno" of `001-listacompra.md`, and its rules (row L6). Pure. */
import type { Problem } from "../rules";

/** The environments of the table: Local, Stg, Prod. */
export const ENVIRONMENTS = ["local", "staging", "production"] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** One row of the table. */
export interface Variable {
  /** "Descripción", as the document has it. */
  readonly description: string;
  /** "Entorno": where it must be set; nowhere else may it be. */
  readonly environments: readonly Environment[];
  /** Whether its value is one of the vault's secrets; the name of a bucket is none. */
  readonly secret: boolean;
}

const TODOS = ENVIRONMENTS;

export const VARIABLES = {
  DATABASE_URL: { description: "Cadena de conexión PostgreSQL", environments: TODOS, secret: true },
  REDIS_URL: { description: "Servidor Redis para cache IA", environments: TODOS, secret: true },
  RABBITMQ_URL: {
    description: "Broker de eventos para outbox",
    environments: ["staging", "production"],
    secret: true,
  },
  JWT_SECRET: { description: "Secreto de firma JWT", environments: TODOS, secret: true },
  PPLX_API_KEY: { description: "API Key de Perplexity", environments: TODOS, secret: true },
  S3_BUCKET: {
    description: "Bucket para adjuntos/documentos",
    environments: ["production"],
    secret: false,
  },
  HEALTHCHECK_TOKEN: {
    description: "Token de autenticación para healthchecks",
    environments: ["production"],
    secret: true,
  },
} as const satisfies Readonly<Record<string, Variable>>;

const ROWS: readonly (readonly [string, Variable])[] = Object.entries(VARIABLES);

/**
 * The environment of a stack, by its name: `staging` and `production`, or such a beginning (`staging-eu`). Local is no
 * stack: `golive local` serves it.
 */
export function environmentOf(stack: string): "staging" | "production" | undefined {
  const [first] = stack.split("-");
  return first === "staging" || first === "production" ? first : undefined;
}

/** Every variable that is missing on an environment, or set where it must not be, or set in plain where it is a secret. */
export function variableProblems(
  environment: "staging" | "production",
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  return ROWS.flatMap(([name, variable]) => {
    const message = problemOf(name, variable, environment, given[name]);
    if (message === undefined) return [];
    const path = ["environment", name];
    return [
      given[name] !== undefined && isElsewhere(variable, environment)
        ? { path, part: "key", message }
        : { path, message },
    ];
  });
}

const isElsewhere = ({ environments }: Variable, environment: Environment) =>
  !environments.includes(environment);

function problemOf(
  name: string,
  variable: Variable,
  environment: Environment,
  value: unknown,
): string | undefined {
  const { description, environments, secret } = variable;
  if (isElsewhere(variable, environment)) {
    return value === undefined
      ? undefined
      : `expected no ${name} on ${environment}: it belongs to ${environments.join(" and ")} alone; remove it`;
  }
  if (value === undefined) return `expected ${name} on ${environment}: ${description}`;
  if (secret && typeof value === "string") {
    return `expected a secret for ${name} on ${environment}: secret, secretRef, generate, external or sealed`;
  }
  return undefined;
}
