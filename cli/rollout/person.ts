/** Who gives an order or runs a rollout. */
import { userInfo } from "node:os";

/** The name that was given, else the user of this machine. */
export const personOf = ({ by }: { readonly by?: string | undefined }): string => by ?? userInfo().username;
