import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../cli/dashboards";
import { repositoryRoot } from "../../engine/cache";
import { readStackFile } from "../../settings";
import { watchesOf } from "../../systems/observability";

const run = promisify(execFile);
const STACK = "production";

describe("golive dashboards", () => {
  let folder: string;
  let browser: Browser | undefined;
  let page: Page;
  const said: string[] = [];

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "golive-dashboards-"));
    const html = path.join(folder, "page.html");
    const command = [
      "tsx",
      "cli/golive.ts",
      "dashboards",
      STACK,
      "--html",
      html,
      "--png",
      path.join(folder, "png"),
    ];
    await run("npx", command, { cwd: repositoryRoot });
    browser = await chromium.launch({ executablePath: await findChromium() });
    page = await browser.newPage({ viewport: { width: 1640, height: 900 } });
    page.on("console", (message) => void said.push(message.text()));
    page.on("pageerror", (error) => void said.push(error.message));
    page.on("request", (request) => {
      if (request.url().startsWith("http")) said.push(request.url());
    });
    await page.goto(pathToFileURL(html).href);
  });

  after(async () => {
    await browser?.close();
    await rm(folder, { recursive: true });
  });

  const declared = () =>
    [...watchesOf(readStackFile(path.join(repositoryRoot, `Pulumi.${STACK}.yaml`))).values()].flatMap(
      ({ dashboards }) => dashboards,
    );

  it("E8 L16 G7 K24 shows every panel of every dashboard of the stack, each with something drawn", async () => {
    for (const { uid, panels } of declared()) {
      const shown = page.locator(`#${uid} .panel`);
      assert.equal(await shown.count(), panels.length, uid);
      const pictures = page.locator(`#${uid} .panel .picture`).filter({
        has: page.locator("svg path.line, svg text.value, svg rect, svg g path, table td, pre"),
      });
      assert.equal(await pictures.count(), panels.length, uid);
    }
  });

  it("E9 G6 names each panel's alerts on it, and draws the limits", async () => {
    for (const { uid, panels } of declared())
      for (const { id, alerts } of panels.filter((panel) => panel.alerts.length > 0))
        assert.deepEqual(await page.locator(`#${uid} [data-panel="${id}"] .alert`).allTextContents(), alerts);
    assert.ok((await page.locator("svg .limit").count()) > 20);
  });

  it("E8 says that its data are synthetic, on the page and on each dashboard", async () => {
    assert.match((await page.locator("nav").textContent()) ?? "", /The data are synthetic/);
    assert.equal(await page.locator(".dashboard .synthetic").count(), declared().length);
  });

  it("E8 keeps panels inside the page, no picture greater than its panel", async () => {
    const wrong = await page.evaluate<readonly string[]>(`
      [...document.querySelectorAll(".panel")]
        .filter((panel) => panel.scrollWidth > panel.clientWidth + 1 || panel.scrollHeight > panel.clientHeight + 1)
        .map((panel) => panel.textContent.slice(0, 60))`);
    assert.deepEqual(wrong, []);
  });

  it("E8 needs nothing from elsewhere, and the console stays empty", () => {
    assert.deepEqual(said, []);
  });

  it("E8 takes a picture of each dashboard", async () => {
    const pictures = await readdir(path.join(folder, "png"));
    assert.deepEqual(
      pictures.sort(),
      declared()
        .map(({ uid }) => `${uid}.png`)
        .sort(),
    );
    for (const picture of pictures) assert.ok((await stat(path.join(folder, "png", picture))).size > 10_000);
  });
});
