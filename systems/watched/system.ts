/** What a system says of itself to be watched. Pure. */
import type { Watched } from "../../observability/watched";
import type { StackSettings } from "../../settings";

/** A system of a stack out of its settings; `name` is its key in the stack file. */
export type SystemOf<Settings> = (
  stack: StackSettings,
  settings: Settings,
  name: string,
) => Omit<Watched, "system" | "stack" | "platform">;
