import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../cli/dashboards";
import { releaseReports, writeReports } from "../../cli/release/report";
import type { ReleaseReport } from "../../cli/release/report/report";
import { HOSTILE, recordedReleases, RELEASES, STACK } from "../support/recorded-releases";

/** Set to a folder, it keeps the pictures. */
const PICTURES = process.env["GOLIVE_PICTURES"];

describe("golive release report", function () {
  this.timeout(120_000); // the program runs once for each system
  let root: string;
  let file: string;
  let reports: readonly ReleaseReport[];
  let browser: Browser | undefined;
  let page: Page;
  const said: string[] = [];

  before(async () => {
    root = await recordedReleases();
    file = path.join(root, "out", "report.html");
    reports = await releaseReports({ root, stack: STACK });
    await writeReports(reports, STACK, { html: file });
    browser = await chromium.launch({ executablePath: await findChromium() });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.on("console", (message) => void said.push(message.text()));
    page.on("pageerror", (error) => void said.push(error.message));
    page.on("request", (request) => {
      if (request.url().startsWith("http")) said.push(request.url());
    });
    await page.goto(pathToFileURL(file).href);
  });

  after(async () => {
    await browser?.close();
    await rm(root, { recursive: true });
  });

  const reportOf = (system: string) =>
    reports.find(({ checked }) => checked.checklist.system === system) ??
    assert.fail(`no report of ${system}`);

  it("G1 L20 E10 shows every line of the checklist with its state, and its reason where it has one", async () => {
    assert.deepEqual(
      reports.map(({ checked }) => checked.checklist.system),
      Object.keys(RELEASES),
    );
    for (const { checked } of reports) {
      const { checklist, verdicts, language } = checked;
      for (const verdict of verdicts) {
        const line = page.locator(`#${checklist.system} [data-line="${verdict.line.id}"]`);
        const shown = (await line.innerText()).replace(/\s+/g, " ");
        assert.ok(shown.includes(verdict.line.text[language]), verdict.line.id);
        if (verdict.state === "met") assert.ok(shown.includes(verdict.by));
        if (verdict.state === "not-met") {
          assert.ok(shown.includes(verdict.missing));
          assert.ok(shown.includes(verdict.command));
        }
        if (verdict.state === "waived") assert.ok(shown.includes(verdict.who));
      }
      const count = await page.locator(`#${checklist.system} [data-line]`).count();
      assert.equal(count, verdicts.length);
    }
    const states = new Set(reportOf("guelaguetza").checked.verdicts.map(({ state }) => state));
    assert.deepEqual([...states].sort(), ["later", "met", "not-met", "waived"]);
  });

  it("G16 stamps the verdict, and says in numbered sentences what is missing", async () => {
    assert.equal(await page.locator("#guelaguetza .stamp.bad").innerText(), "✕\nNo puede salir");
    const { refusals, checked } = reportOf("guelaguetza");
    const shown = await page.locator("#guelaguetza .refusals li").allInnerTexts();
    assert.ok(refusals.length > 10);
    for (const [index, { line, policy, message }] of refusals.entries()) {
      const verdict = checked.verdicts.find((each) => each.line.id === line);
      const parts = verdict?.state === "not-met" ? [verdict.missing, verdict.command] : [message];
      for (const part of [...parts, policy]) assert.ok(shown[index]?.includes(part), part);
    }
  });

  it("D8 shows the policies that do not pass with their messages, and the counts of all", async () => {
    for (const { checked, policies } of reports) {
      const { system } = checked.checklist;
      const open = policies.filter(({ verdict }) => verdict !== "pass");
      assert.equal(await page.locator(`#${system} [data-rule]`).count(), open.length);
      const rules = new Set(policies.map(({ rule }) => rule));
      assert.equal(await page.locator(`#${system} [data-policy]`).count(), rules.size);
    }
  });

  it("E3 D5 draws the phases of the traffic, and marks the one that the stack file names", async () => {
    const picture = page.locator("#enova .picture svg");
    assert.equal(
      await picture.getAttribute("aria-label"),
      "legacy: 0 % (ahora), 10: 10 %, 50: 50 %, 100: 100 %, complete: 100 %",
    );
    assert.equal(await picture.locator(".here").count(), 1);
    assert.equal(await page.locator("#guelaguetza .picture").count(), 0);
  });

  it("S3 D10 shows the waves in their order, each with what it brings and what verifies it", async () => {
    const waves = await page.locator("#s5 .wave b").allInnerTexts();
    assert.deepEqual(
      waves.map((wave) => wave.replace(/\s+/g, " ")),
      ["1 migrations", "2 auth", "3 catalog", "4 orders", "5 frontend", "6 smoke", "7 traffic"],
    );
    assert.match(
      await page.locator("#s5 .wave").nth(1).innerText(),
      /Deployment[^]*Verificación: ConfigMap, Job/,
    );
  });

  it("K27 shows every resource of the system by its component", async () => {
    for (const { checked, resources } of reports) {
      const text = await page.locator(`#${checked.checklist.system} section`).last().innerText();
      for (const { name } of resources) assert.ok(text.includes(name), name);
    }
  });

  it("D7 shows hostile texts of a record as texts: nothing of them runs, loads or becomes an element", async () => {
    assert.match(await page.locator("#guelaguetza .summary").innerText(), /^Search by price /);
    assert.equal(await page.locator("#guelaguetza .summary").textContent(), `Search by price ${HOSTILE}`);
    assert.ok((await page.locator('#guelaguetza [data-tone="warn"]').first().innerText()).includes(HOSTILE));
    assert.equal(await page.locator("script, img, a, iframe, object").count(), 0);
    assert.doesNotMatch(await page.title(), /owned/);
  });

  it("K27 needs nothing from elsewhere, and the console stays empty", () => {
    assert.deepEqual(said, []);
  });

  it("K27 can be read without colours and by a screen reader: words beside marks, names on regions, contrast", async () => {
    assert.equal(await page.locator("html").getAttribute("lang"), "es");
    const states = await page.locator(".lines .state").allInnerTexts();
    for (const state of states) assert.match(state, /[a-z]{4,}/);
    assert.equal(
      await page.locator("section:not([aria-labelledby]), table:not(:has(caption, thead))").count(),
      0,
    );
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme });
      assert.deepEqual(await page.evaluate<readonly string[]>(LOW_CONTRAST), [], scheme);
    }
  });

  it("K27 keeps within the page on a telephone, on a screen and on A4", async () => {
    const widths = [
      ["screen", 390],
      ["screen", 1280],
      ["print", 690],
    ] as const;
    for (const [media, width] of widths) {
      await page.emulateMedia({ media, colorScheme: "light" });
      await page.setViewportSize({ width, height: 900 });
      const overflow = await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(overflow <= 0, `${media} ${width}: ${overflow} pixels too wide`);
    }
    await page.emulateMedia({ media: null });
  });

  it("K27 prints on A4: on white, each line of the checklist whole on one page", async () => {
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
    if (PICTURES === undefined) return;
    const { writeFile, mkdir } = await import("node:fs/promises");
    await mkdir(PICTURES, { recursive: true });
    await writeFile(path.join(PICTURES, "report.pdf"), pdf);
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 690, height: 980 });
    await page.screenshot({ path: path.join(PICTURES, "print.png"), fullPage: true });
    await page.setViewportSize({ width: 1180, height: 900 });
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ media: "screen", colorScheme: scheme });
      for (const system of Object.keys(RELEASES)) {
        const box = (await page.locator(`#${system}`).boundingBox()) ?? assert.fail(system);
        const clip = { ...box, height: Math.min(box.height, 1500) };
        await page.screenshot({ path: path.join(PICTURES, `${system}-${scheme}.png`), clip, fullPage: true });
      }
    }
    assert.ok(existsSync(PICTURES));
  });
});

/** Texts whose contrast with what lies behind them is below 4.5 (WCAG 2, AA). */
const LOW_CONTRAST = `(() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (element) => {
    for (let at = element; at !== null; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = new Set();
  for (const element of document.querySelectorAll("main *:not(svg *)")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    if (!own || element.classList.contains("hidden")) continue;
    const [a, b] = [luminance(parse(getComputedStyle(element).color)), luminance(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 4.5) low.add(element.className + " " + element.tagName + " " + contrast.toFixed(2));
  }
  return [...low];
})()`;
