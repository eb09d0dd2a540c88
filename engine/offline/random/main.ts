// golive's offline stand-in for Pulumi's random plugin: previews and loopback tests only.
import { serve } from "../provider";
import { RandomProvider } from "./provider";

serve(new RandomProvider());
