/** Points the code under test at the pinned helm, as the engine does for the program. */
import { findTool } from "../../engine/acquire";

/** For `before`: sets GOLIVE_HELM for this process. */
export async function useHelm(): Promise<void> {
  process.env.GOLIVE_HELM = await findTool("helm");
}
