/** Asks a health path. */
import type { Answer } from "../rollout/reading";
import { get, type Patience } from "./endpoint";

const HEALTHY = 0;
const SICK = 1;

/** 0 where it answers 2xx, else 1, also where nobody answers: that is what is asked. A rule counts how often in a row. */
export async function askHealth(url: string, patience: Patience = {}): Promise<Answer> {
  const endpoint = { name: "health", url, credentials: { kind: "none" } } as const;
  const response = await get(endpoint, "", {}, { ...patience, retries: 0 });
  const healthy = response.kind === "response" && response.status >= 200 && response.status < 300;
  return { kind: "values", values: [healthy ? HEALTHY : SICK] };
}
