/** A Docker Compose file from a system's local services. Pure. https://docs.docker.com/reference/compose-file/ */
import { stringify } from "yaml";
import type { LocalService } from "../../settings/systems/listacompra-local";

/** Every port is the machine's own alone: the services have passwords that anybody can read. */
const LOOPBACK = "127.0.0.1";

const HEALTH_TIMES = { interval: "5s", timeout: "5s", retries: 12, start_period: "10s" };

/** Compose reads YAML as Go does, where a bare `yes` may be true. */
const YAML_OF_COMPOSE = { schema: "yaml-1.1" } as const;

/** The text of `compose.yaml`. */
export function composeFile(system: string, services: Readonly<Record<string, LocalService>>): string {
  const names = Object.keys(services);
  const file = {
    name: system,
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [name, entry(name, service)]),
    ),
    volumes: Object.fromEntries(names.map((name) => [volumeOf(name), {}])),
  };
  return `# Written by golive local ${system}; a change here is lost at the next run.\n${stringify(file, YAML_OF_COMPOSE)}`;
}

const volumeOf = (service: string) => `${service}-data`;

const entry = (
  name: string,
  { image, ports, environment, command, hostname, data, health }: LocalService,
) => ({
  image,
  ...(hostname === undefined ? {} : { hostname }),
  ...(command === undefined ? {} : { command: [...command] }),
  ...(environment === undefined ? {} : { environment: { ...environment } }),
  ports: ports.map((port) => `${LOOPBACK}:${port}:${port}`),
  volumes: [`${volumeOf(name)}:${data}`],
  healthcheck: { test: ["CMD", ...health], ...HEALTH_TIMES },
  restart: "unless-stopped",
});
