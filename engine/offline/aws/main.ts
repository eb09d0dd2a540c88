// golive's offline stand-in for Pulumi's aws plugin: previews and loopback tests only.
import { devNull } from "node:os";
import { serve } from "../provider";
import { AwsProvider } from "./provider";

// The SDK's clients read the user's profiles unless told where else to look, and warn of Node 20 at each start.
process.env["AWS_CONFIG_FILE"] = devNull;
process.env["AWS_SHARED_CREDENTIALS_FILE"] = devNull;
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true";

serve(new AwsProvider());
