/** Starts golive's policy pack. Everything else is in modules that start nothing, so that a test may load them. */
import "../startup";
import { dirname } from "node:path";

import { PolicyPack } from "@pulumi/policy";
import { getStack, runtime } from "@pulumi/pulumi";

import { Pack } from "./pack";
import type { RenderChart } from "./release";
import { releasePolicies } from "./releases";
import { rules } from "./rules";
import { beforeConfiguration, deserialiseOnce } from "./sdk";
import { valuesOf } from "./stack";

/** Loaded when the first release is met: a preview without one does not pay for it. */
const render: RenderChart = async (request) => (await import("../charts/render")).renderChart(request);

const given = {
  stack: getStack(),
  values: valuesOf(runtime.allConfig()),
  folders: [dirname(process.cwd()), process.env["PWD"] ?? process.cwd()],
  now: new Date(),
};
const pack = new Pack({ ...given, render, rules, release: releasePolicies(given) });

deserialiseOnce();
beforeConfiguration((configuration) => pack.configure(configuration));
new PolicyPack("golive", { enforcementLevel: "mandatory", policies: pack.policies });
