/** `golive dashboards`: a stack's dashboards as a page, and as pictures. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { isExecutable } from "../engine/cache";
import { dashboardsPage } from "../observability/dashboards/page";
import type { LabelValues } from "../observability/dashboards/page/synthetic";
import type { Watched } from "../observability/watched";
import { readStackFile } from "../settings";
import { watchesOf } from "../systems/observability";
import { stackFile } from "./stacks";
import { UserError } from "./user-error";

export interface DashboardsOptions {
  /** File of the page. @default `out/dashboards/<stack>.html` */
  readonly html?: string;
  /** Folder of the pictures, one a dashboard, `<uid>.png`. @default - none is taken */
  readonly png?: string;
}

/** Names of Chromium, as packages have them. */
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"] as const;
const VIEWPORT = { width: 1640, height: 900 } as const;

/** Writes the page, and the pictures where they are asked for, and says where. */
export async function dashboardsCommand(stack: string, options: DashboardsOptions): Promise<void> {
  const file = path.resolve(options.html ?? path.join("out", "dashboards", `${stack}.html`));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, await stackPage(stack));
  console.log(`${file}: the dashboards of ${stack}, with synthetic data`);
  if (options.png === undefined) return;
  for (const picture of await takePictures(file, path.resolve(options.png))) console.log(picture);
}

/**
 * The page of a stack's dashboards.
 *
 * @throws {UserError} where the stack has none; what `preview` would say of its alerts, where they are wrong.
 */
export async function stackPage(stack: string): Promise<string> {
  const file = await stackFile(stack);
  const watches = [...watchesOf(readStackFile(file)).values()];
  if (watches.length === 0)
    throw new UserError(
      `${path.basename(file)} has no golive:observability, so ${stack} has no dashboards; write "golive:observability: {}" for those of a cluster with kube-prometheus-stack`,
    );
  const systems = watches.map(({ watched, dashboards }) => ({
    title: watched.title,
    dashboards,
    labels: labelsOf(watched),
  }));
  return dashboardsPage({ stack, systems });
}

/** What the labels of a system's series are, for its made-up lines. */
function labelsOf({ services, jobs }: Watched): LabelValues {
  const names = services.map(({ name }) => name);
  return {
    alertname: ["HighErrorRate", "PodRestarting"],
    container: names,
    deployment: names,
    image: services.map(({ image }) => `${image.repository}:${image.tag}`),
    instance: services.map(({ port }, index) => `10.0.1.${index + 4}:${port}`),
    job: names,
    job_name: jobs,
    status: ["PAID", "PENDING", "SHIPPED", "PAYMENT_FAILED", "CANCELLED"],
  };
}

/**
 * Path of a Chromium.
 *
 * @throws {UserError} where there is none.
 */
export async function findChromium(): Promise<string> {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  for (const file of BROWSERS.flatMap((name) => folders.map((folder) => path.join(folder, name)))) {
    if (await isExecutable(file)) return file;
  }
  throw new UserError(
    `A picture needs Chromium, and none of ${BROWSERS.join(", ")} is on the PATH; on Debian: apt-get install chromium`,
  );
}

async function takePictures(page: string, folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath: await findChromium() });
  try {
    const tab = await browser.newPage({ viewport: VIEWPORT });
    await tab.goto(pathToFileURL(page).href);
    const taken: string[] = [];
    for (const dashboard of await tab.locator(".dashboard").all()) {
      const file = path.join(folder, `${await dashboard.getAttribute("id")}.png`);
      await dashboard.screenshot({ path: file });
      taken.push(file);
    }
    return taken;
  } finally {
    await browser.close();
  }
}
