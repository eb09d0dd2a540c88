/** Points the code under test at the pinned helm, as the engine does for the program. */
import { findTool } from "../../engine/acquire";

const BUILD_MS = 600_000;

/** For `before`: sets GOLIVE_HELM for this process. On a fresh machine helm is built first, which takes minutes. */
export async function useHelm(this: Mocha.Context): Promise<void> {
  this.timeout(BUILD_MS);
  process.env.GOLIVE_HELM = await findTool("helm");
}
