export {};

/** What `@pulumi/policy` exports and leaves out of its types: it marks them internal and strips them (seen in 1.21.0). */
declare module "@pulumi/policy/proxy" {
  /** Wraps inputs so that reading a value known only at `up` throws. */
  export function unknownCheckingProxy(inputs: object): unknown;
  /** Thrown on reading such a value. */
  export class UnknownValueError extends Error {}
}
