/** `golive:kometa`: the Kometa Marketplace (rows K1–K8, K28, K29). */
import type * as z from "zod";
import { contacts } from "../contacts";
import { mapping } from "../fields";
import { serviceProblems } from "../rules";
import { service, withRequests } from "../service";

export const schema = mapping(
  { ...service, contacts },
  "The Kometa Marketplace: one service behind one host.",
).transform(withRequests);

export const problems = serviceProblems;

/** What the Kometa system is built from. */
export type KometaSettings = z.output<typeof schema>;
