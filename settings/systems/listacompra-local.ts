/** ListaCompra's environment "Local" (row L1): what Docker Compose runs, and the variables of the table there. Pure. */
import type { VARIABLES } from "./listacompra-variables";

/** A service that the application needs, in a container of the developer's own machine. */
export interface LocalService {
  /** Image with a fixed tag. */
  readonly image: string;
  /** TCP ports, open on 127.0.0.1 under the same numbers. */
  readonly ports: readonly number[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  /** Host name, where the service keeps its data under it. @default - the container's own */
  readonly hostname?: string;
  /** Folder of the data, kept in a volume. */
  readonly data: string;
  /** Command that succeeds once the service answers. */
  readonly health: readonly string[];
}

/** User, password and database alike: all of it listens on 127.0.0.1 alone, and holds a developer's own data. */
const NAME = "listacompra";
const POSTGRES_PORT = 5432;
const REDIS_PORT = 6379;
const RABBITMQ_PORT = 5672;
/** The broker's own page, for a person. */
const RABBITMQ_PAGE_PORT = 15672;

/** "Docker Compose (PostgreSQL, Redis, RabbitMQ)". */
export const LOCAL_SERVICES: Readonly<Record<string, LocalService>> = {
  postgres: {
    image: "postgres:15.18",
    ports: [POSTGRES_PORT],
    environment: { POSTGRES_USER: NAME, POSTGRES_PASSWORD: NAME, POSTGRES_DB: NAME },
    data: "/var/lib/postgresql/data",
    health: ["pg_isready", "--username", NAME, "--dbname", NAME],
  },
  redis: {
    image: "redis:7.4.6",
    ports: [REDIS_PORT],
    command: ["redis-server", "--appendonly", "yes"],
    data: "/data",
    health: ["redis-cli", "ping"],
  },
  rabbitmq: {
    image: "rabbitmq:4.1.4-management",
    ports: [RABBITMQ_PORT, RABBITMQ_PAGE_PORT],
    environment: { RABBITMQ_DEFAULT_USER: NAME, RABBITMQ_DEFAULT_PASS: NAME },
    hostname: "rabbitmq",
    data: "/var/lib/rabbitmq",
    health: ["rabbitmq-diagnostics", "--quiet", "check_port_connectivity"],
  },
};

type Table = typeof VARIABLES;
/** The variables that the table asks for on Local. */
type LocalVariable = {
  [Name in keyof Table]: "local" extends Table[Name]["environments"][number] ? Name : never;
}[keyof Table];

/** What each is on Local; a text in `<…>` is for the developer to put in. */
export const LOCAL_VALUES: Readonly<Record<LocalVariable, string>> = {
  DATABASE_URL: `postgresql://${NAME}:${NAME}@127.0.0.1:${POSTGRES_PORT}/${NAME}`,
  REDIS_URL: `redis://127.0.0.1:${REDIS_PORT}`,
  JWT_SECRET: "<openssl rand -hex 32>",
  PPLX_API_KEY: "<API Key>",
};

/** What the table leaves out on Local, though its service runs there: shown as a comment. */
export const LOCAL_OTHERS: Readonly<Partial<Record<keyof Table, string>>> = {
  RABBITMQ_URL: `amqp://${NAME}:${NAME}@127.0.0.1:${RABBITMQ_PORT}`,
};
