/** The local control plane could not be started, or ended; the message says why and holds what its log says. */
export class ClusterError extends Error {
  override readonly name: string = "ClusterError";
}
