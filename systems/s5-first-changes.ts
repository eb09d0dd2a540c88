/** The first changes of S5's waves, by what the engine calls them. Pure. */
import { S5_APIS, s5Versioned, type S5Settings } from "../settings";
import { siteName, type S5Wave } from "./names";

export const RELEASE = "kubernetes:helm.sh/v3:Release";
export const INGRESS = "kubernetes:networking.k8s.io/v1:Ingress";
export const ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute";
export const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";

/** The wave whose first change a resource is, where it may bring another version. */
export function waveOf(
  system: string,
  settings: S5Settings,
  { type, name }: { readonly type: string; readonly name: string },
): S5Wave | undefined {
  switch (type) {
    case RELEASE:
      return S5_APIS.find((api) => s5Versioned(settings[api].release, settings[api].image.tag) === name);
    case INGRESS:
    case ROUTE:
      return S5_APIS.some((api) => settings[api].release === name) ? "traffic" : undefined;
    case DISTRIBUTION:
      if (name === siteName(system, "candidate")) return "frontend";
      return name === siteName(system, "frontend") ? "traffic" : undefined;
    default:
      return undefined;
  }
}
