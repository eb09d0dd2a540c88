/** The public hosts of a stack's systems, and where their certificates come from. Pure. */
import type { StackSettings } from "../../settings";

export interface Endpoint {
  readonly host: string;
  /** ARN of the certificate, where the stack names it. */
  readonly arn?: string;
  /** Whether the stack declares the certificate itself, so that before the first `up` there is none. */
  readonly created: boolean;
}

type Systems = StackSettings["systems"];
type Endpoints = (systems: Systems, behindRouter: (host: string) => Endpoint) => readonly Endpoint[];

/** One line a system. */
const ENDPOINTS: { readonly [Name in keyof Required<Systems>]: Endpoints } = {
  enova: ({ enova }, behindRouter) => Object.values(enova?.hosts ?? {}).map(behindRouter),
  guelaguetza: ({ guelaguetza }, behindRouter) => hostOf(guelaguetza).map(behindRouter),
  kometa: ({ kometa }) => (kometa === undefined ? [] : [ofOwn(kometa)]),
  listacompra: ({ listacompra }, behindRouter) => hostOf(listacompra).map(behindRouter),
  s5: ({ s5 }, behindRouter) => (s5 === undefined ? [] : ofS5(s5, behindRouter)),
};

/** Every public host. The certificate of one behind the stack's router is the router's issuer's. */
export function endpointsOf({ systems, router }: Pick<StackSettings, "systems" | "router">): Endpoint[] {
  const created = router.kind === "ingress-nginx" && router.issuer !== undefined;
  const behindRouter = (host: string) => ({ host, created });
  return Object.values(ENDPOINTS).flatMap((endpoints) => endpoints(systems, behindRouter));
}

const hostOf = (system: { readonly host: string } | undefined) => (system === undefined ? [] : [system.host]);

function ofOwn({ host, certificate }: NonNullable<Systems["kometa"]>): Endpoint {
  const arn = certificate.kind === "arn" ? { arn: certificate.arn.text } : {};
  return { host, created: certificate.kind === "create", ...arn };
}

/** Its frontend is CloudFront's, with a certificate of its own for both hosts. */
function ofS5(
  { auth, catalog, orders, frontend }: NonNullable<Systems["s5"]>,
  behindRouter: (host: string) => Endpoint,
): readonly Endpoint[] {
  const ofFrontend = ({ host }: { readonly host: string }) => ({
    host,
    created: false,
    arn: frontend.certificate.text,
  });
  return [
    ...[auth, catalog, orders].map(({ host }) => behindRouter(host)),
    ...[frontend, frontend.candidate].map(ofFrontend),
  ];
}
