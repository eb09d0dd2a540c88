// golive's offline stand-in for Pulumi's aws plugin: previews and loopback tests only.
import { serve } from "../provider";
import { AwsProvider } from "./provider";

serve(new AwsProvider());
