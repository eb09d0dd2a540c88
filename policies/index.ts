/** Starts golive's policy pack. Everything else is in modules that start nothing, so that a test may load them. */
import "../startup";
import { dirname } from "node:path";

import { PolicyPack } from "@pulumi/policy";
import { Config, getStack } from "@pulumi/pulumi";

import { policiesOf } from "./pack";
import type { RenderChart } from "./release";

/** Loaded when the first release is met: a preview without one does not pay for it. */
const render: RenderChart = async (request) => (await import("../charts/render")).renderChart(request);

const ceiling = new Config("golive").get("ceiling");

new PolicyPack("golive", {
  enforcementLevel: "mandatory",
  policies: policiesOf({
    stack: getStack(),
    ...(ceiling === undefined ? {} : { ceiling }),
    folders: [dirname(process.cwd()), process.env["PWD"] ?? process.cwd()],
    render,
  }),
});
