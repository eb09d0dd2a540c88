/** Address ranges that openings name, and the opening that most services need. */
import type { Opening } from "../components/namespace";

/** The private networks of a VPC: where load balancers and databases are. */
export const PRIVATE_NETWORKS = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];
/** The internet, for what is reached by name over TLS. */
export const ANYWHERE = ["0.0.0.0/0"];

/** Lets the pods of an app reach what is on the internet, and AWS, over TLS. */
export const toHttps = (app: string): Opening => ({
  name: `${app}-to-https`,
  app,
  direction: "egress",
  port: 443,
  peer: { cidrs: ANYWHERE },
});
