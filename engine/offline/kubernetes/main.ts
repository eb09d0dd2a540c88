// golive's offline stand-in for Pulumi's kubernetes plugin 4.34.2: previews and loopback tests only.
import { serve } from "../provider";
import { KubernetesProvider } from "./kubernetes-provider";

serve(new KubernetesProvider());
