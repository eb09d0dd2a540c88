import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { allRunbookPages, runbooksFolder, writtenPages } from "../../../cli/runbook-pages";
import { metricsPage, metricsPageFile, readers } from "../../../cli/metrics-page";
import { withVersion } from "../../../cli/version";
import { repositoryRoot } from "../../../engine/cache";
import { groupsOf } from "../../../observability/groups";
import { problemsOf } from "../../../observability/promql/lint";
import { anchorOf, pagePath } from "../../../observability/runbooks";
import { exploreUrl, jaegerUrl } from "../../../observability/runbooks/links";
import type { Page } from "../../../observability/runbooks/page";
import { runbookPages } from "../../../observability/runbooks/pages";
import { proceduresOf } from "../../../observability/runbooks/procedures";
import { RUNBOOKS } from "../../../observability/runbooks/signals";
import { connect } from "../../../observability/runbooks/sql";
import type { Watched } from "../../../observability/watched";
import { parseStackText } from "../../../settings";
import { ENOVA, EVERY_WATCHED, GUELAGUETZA, KOMETA, LISTACOMPRA, S5 } from "../../support/watched";

const pagesOf = (watched: Watched): readonly Page[] => runbookPages(watched, groupsOf);
const spanish = (watched: Watched): string => pagesOf(watched)[0]?.text ?? "";

/** Blocks of code of one language, without the indent of their list. */
const blocks = (text: string, language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\``, "gm"))].map(
    ([, indent = "", body = ""]) => body.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  );

const stepsOf = (watched: Watched, name: string) =>
  proceduresOf(watched).find((procedure) => procedure.name === name)?.steps ?? [];

const scriptOf = (watched: Watched, name: string, part: string): string =>
  stepsOf(watched, name).find(({ run }) => run?.includes(part))?.run ?? assert.fail(`${name}: no ${part}`);

const stackText = (stack: string) => readFileSync(path.join(repositoryRoot, `Pulumi.${stack}.yaml`), "utf8");

const DIGEST = `sha256:${"9".repeat(64)}`;

describe("runbooks", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), "golive-runbooks-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs lines of a page where kubectl is a stand-in. */
  const shell = (script: string, kubectl: string): string => {
    writeFileSync(path.join(folder, "kubectl"), `#!/bin/sh\n${kubectl}\n`);
    chmodSync(path.join(folder, "kubectl"), 0o755);
    const env = { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
    return execFileSync("sh", ["-euc", script], { cwd: folder, env, encoding: "utf8" });
  };

  describe("addresses", () => {
    it("E11 are the anchors that GitHub gives", () => {
      assert.deepEqual(
        ["HighErrorRate", "Volver a la versión anterior", "Qué hacer: ¿ya?", "a_b-c (d)"].map(anchorOf),
        ["higherrorrate", "volver-a-la-versión-anterior", "qué-hacer-ya", "a_b-c-d"],
      );
    });

    it("E11 have nothing in an anchor that a link would end at", () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), (heading) => {
          assert.match(anchorOf(heading), /^[\p{L}\p{M}\p{N}_-]*$/u);
          assert.equal(anchorOf(anchorOf(heading)), anchorOf(heading));
        }),
      );
    });

    it("E11 have a suffix in English alone", () => {
      assert.deepEqual(
        pagesOf(KOMETA).map((page) => page.path),
        ["develop/kometa.md", "develop/kometa.en.md"],
      );
      assert.equal(pagePath(S5, "es"), "production/s5.md");
    });

    it("E11 open Grafana and Jaeger with the very query", () => {
      const expression = 'sum by (a) (rate(b{c="(d)"}[5m])) / 2';
      const url = exploreUrl(KOMETA, "loki", expression) ?? assert.fail("no address");
      assert.doesNotMatch(url, /[()\s]/);
      const panes: unknown = JSON.parse(new URL(url).searchParams.get("panes") ?? "");
      assert.deepEqual(panes, {
        a: {
          datasource: "Loki",
          queries: [{ refId: "A", expr: expression }],
          range: { from: "now-1h", to: "now" },
        },
      });
      const traces = new URL(jaegerUrl(LISTACOMPRA, "listacompra-api"));
      assert.equal(traces.searchParams.get("service"), "listacompra-api");
      assert.equal(traces.searchParams.get("tags"), '{"error":"true"}');
    });

    it("E11 name no Grafana where there is none", () => {
      const { delivery, prometheus, loki } = KOMETA.platform.grafana;
      const grafana = { delivery, prometheus, loki };
      const without = { ...KOMETA, platform: { ...KOMETA.platform, grafana } };
      assert.doesNotMatch(spanish(without), /grafana\.example\.com/);
      assert.equal(exploreUrl(without, "loki", "x"), undefined);
    });
  });

  describe("texts", () => {
    it("E11 G15 say what each signal means in two languages", () => {
      for (const [signal, { meaning, impact }] of Object.entries(RUNBOOKS)) {
        for (const { es, en } of [meaning, impact]) {
          assert.match(es, /^[A-ZÁÉÍÓÚÑ¿].+[.?]$/s, signal);
          assert.match(en, /^[A-Z].+[.?]$/s, signal);
          assert.notEqual(es, en, signal);
        }
      }
    });

    for (const watched of EVERY_WATCHED) {
      it(`E11 ${watched.title}: the same sections, queries and commands in either language`, () => {
        const [es, en] = pagesOf(watched);
        for (const language of ["promql", "logql"]) {
          assert.deepEqual(blocks(es?.text ?? "", language), blocks(en?.text ?? "", language));
        }
        const lines = (page: Page | undefined) => page?.text.split("\n").length;
        assert.equal(lines(es), lines(en));
      });
    }

    it("K28 E11 name who is called and when; whom nobody has named is to be decided", () => {
      const page = spanish(KOMETA);
      assert.match(page, /30m: Equipo de desarrollo → 1h: Tech Lead → 2h: CTO/);
      assert.match(page, /\| Tech Lead +\| por decidir +\| por decidir +\|/);
      assert.match(spanish(ENOVA), /\| SRE Lead +\| por decidir +\| @sre-lead +\|/);
    });

    it("K21 G13 S7 E4 say to go back now where the objective is a criterion of that", () => {
      const sectionOf = (watched: Watched, name: string) =>
        spanish(watched)
          .split(/^## /m)
          .find((part) => part.startsWith(`${name}\n`)) ?? "";
      assert.match(sectionOf(GUELAGUETZA, "NegativeStock"), /vuelve ya/);
      assert.match(sectionOf(ENOVA, "CanaryWorseThanStable"), /vuelve ya.*#deshacer-el-canary/);
      assert.match(sectionOf(LISTACOMPRA, "OutboxRetriesHigh"), /Solo si empezó con un despliegue/);
      assert.match(sectionOf(LISTACOMPRA, "BackupTooOld"), /no ayuda volver de versión/);
    });
  });

  describe("queries", () => {
    for (const watched of EVERY_WATCHED) {
      it(`E11 ${watched.title}: parse`, () => {
        const wrong = blocks(spanish(watched), "promql")
          .flatMap((block) => block.split("\n\n"))
          .filter((text) => !text.includes("service_name="))
          .flatMap(problemsOf);
        assert.deepEqual(wrong, []);
      });
    }

    it("E11 are of the system alone, and of its own routes", () => {
      for (const text of blocks(spanish(S5), "promql")) {
        for (const [, namespace] of text.matchAll(/namespace="([^"]*)"/g))
          assert.equal(namespace, S5.namespace);
      }
      assert.match(spanish(S5), /ingress=~"s5-auth\|s5-catalog\|s5-orders"/);
    });
  });

  describe("commands", () => {
    for (const watched of EVERY_WATCHED) {
      const scripts = pagesOf(watched).flatMap(({ text }) => blocks(text, "sh"));

      it(`E11 ${watched.title}: are sound for a shell`, () => {
        execFileSync("bash", ["-n"], { input: scripts.join("\n"), stdio: ["pipe", "pipe", "pipe"] });
      });

      it(`E11 ${watched.title}: name what the system has`, () => {
        const all = scripts.join("\n");
        const named = (pattern: RegExp) => new Set([...all.matchAll(pattern)].map(([, name = ""]) => name));
        const services = watched.services.map(({ name }) => name);
        const releases = watched.services.map(({ release }) => release);
        const platform = [watched.platform.prometheus.namespace, "ingress-nginx"];
        const beyond = (found: Iterable<string>, known: readonly string[]) =>
          [...found].filter((name) => !known.includes(name));
        assert.deepEqual(beyond(named(/ -n ([a-z0-9-]+)/g), [watched.namespace, ...platform]), []);
        assert.deepEqual(beyond(named(/-l app=([a-z0-9-]+)/g), [...services, "nginx-ingress"]), []);
        assert.deepEqual(beyond(named(/deployment[ /]([a-z0-9-]+)/g), services), []);
        assert.deepEqual(beyond(named(/helm (?:history|rollback) ([a-z0-9-]+)/g), releases), []);
        const known = parseDocument(readFileSync(path.join(repositoryRoot, "package.json"), "utf8"));
        for (const script of named(/npm run ([\w:]+)/g)) assert.ok(known.hasIn(["scripts", script]), script);
      });

      it(`K22 S7 ${watched.title}: write a version that the stack file takes`, () => {
        const written = [
          ...scripts.join("\n").matchAll(/golive -- version (\S+) (\S+) "\$TAG"(?: --of (\S+))?/g),
        ];
        assert.ok(written.length > 0);
        for (const [, stack = "", system = "", of] of written) {
          assert.match(
            withVersion(stackText(stack), { system, tag: "v9.9.9", of }, () => DIGEST),
            /v9\.9\.9/,
          );
        }
      });
    }

    it("E11 has those of the document, with the stack's own names", () => {
      const page = blocks(spanish(ENOVA), "sh").at(-1) ?? "";
      for (const command of [
        "kubectl logs -f -l app=api-gateway -n enova-staging",
        "kubectl top pods -n enova-staging",
        "kubectl get events -n enova-staging --sort-by='.lastTimestamp'",
        "kubectl port-forward -n monitoring",
        "kubectl scale deployment",
      ]) {
        assert.ok(page.includes(command), command);
      }
    });
  });

  describe("procedures", () => {
    it("L19 K22 K23 E5 S7 G13 G14 G15 are there, each on the page of its system", () => {
      const rows = (watched: Watched) => proceduresOf(watched).flatMap((procedure) => procedure.rows);
      assert.ok(rows(KOMETA).includes("K22") && rows(KOMETA).includes("K23"));
      assert.ok(rows(LISTACOMPRA).filter((row) => row === "L19").length >= 4);
      assert.ok(["G13", "G14", "G15"].every((row) => rows(GUELAGUETZA).includes(row)));
      assert.ok(rows(S5).includes("S7"));
      assert.equal(rows(ENOVA)[0], "E5");
    });

    it("L19 stops the traffic before it restores, and brings it back after the migrations", () => {
      const runs = stepsOf(LISTACOMPRA, "corrupt-database").map(({ run = "" }) => run);
      const at = (part: string) => runs.findIndex((run) => run.includes(part));
      const order = [
        "kubectl scale deployment listacompra-api --replicas=0 -n production",
        '"suspend":true',
        "--delta restore",
        "kubectl delete -n production $(kubectl get jobs",
        '"suspend":false',
      ].map(at);
      assert.deepEqual(
        order,
        [...order].sort((a, b) => a - b),
      );
      assert.ok(!order.includes(-1));
    });

    it("L19 restores nothing where there are no backups", () => {
      const scripts = stepsOf({ ...LISTACOMPRA, backups: [] }, "corrupt-database").map(({ run = "" }) => run);
      assert.doesNotMatch(scripts.join("\n"), /pgbackrest/);
    });

    it("L19 G14 names Secrets, CronJobs and volumes that production declares", () => {
      const systems = readFileSync(path.join(repositoryRoot, "docs", "systems.md"), "utf8");
      const declared = (watched: Watched) =>
        systems.split(/^### /m).find((part) => part.startsWith(`${watched.system} on ${watched.stack}`)) ??
        "";
      for (const [watched, kinds] of [
        [LISTACOMPRA, /(?:get secret|patch cronjob) ([a-z0-9-]+)/g],
        [GUELAGUETZA, /(?:get secret|claimName:) ([a-z0-9-]+)/g],
        [S5, /get secret ([a-z0-9-]+)/g],
      ] as const) {
        const scripts = proceduresOf(watched).flatMap(({ steps }) => steps.map(({ run = "" }) => run));
        const names = new Set([...scripts.join("\n").matchAll(kinds)].map(([, name = ""]) => name));
        assert.ok(names.size > 0, watched.system);
        for (const name of names)
          assert.match(declared(watched), new RegExp(`\`${name}(-external)?\``), watched.system);
      }
    });

    it("G14 puts maintenance on before the code goes back, and off after", () => {
      const runs = stepsOf(GUELAGUETZA, "back").map(({ run = "" }) => run);
      const at = (part: string) => runs.findIndex((run) => run.includes(part));
      const order = ["maintenance/enable", "helm rollback", "DROP COLUMN", "maintenance/disable"].map(at);
      assert.deepEqual(
        order,
        [...order].sort((a, b) => a - b),
      );
      assert.ok(!order.includes(-1));
    });

    it("G14 restores the dump that is named, and only lists them without a name", () => {
      const script = scriptOf(GUELAGUETZA, "back", "kind: Pod");
      for (const dump of ["", "guelaguetza-migration-v1.1.0.dump"]) {
        shell(script.replace('DUMP=""', `DUMP="${dump}"`), "case $1 in apply) cat >pod.yaml ;; esac");
        const pod = parseDocument(readFileSync(path.join(folder, "pod.yaml"), "utf8"));
        assert.equal(
          pod.getIn(["metadata", "labels", "app"]),
          "migration",
          "the label that is let to the database",
        );
        assert.deepEqual(
          [0, 1].map((index) => pod.getIn(["spec", "containers", 0, "env", index, "name"])),
          ["DUMP", "DATABASE_URL"],
        );
        assert.equal(pod.getIn(["spec", "containers", 0, "env", 0, "value"]), dump);
        assert.match(
          String(pod.getIn(["spec", "containers", 0, "command", 2])),
          /--dbname="\$\{DATABASE_URL%%\\\?\*\}" "\/backups\/\$DUMP"/,
        );
      }
    });

    it("G15 asks the database without what Prisma alone reads in its URL", () => {
      const url = "postgresql://u:p@db:5432/shop?schema=public&connection_limit=5";
      const script = `${connect(GUELAGUETZA)}\nprintf %s "$DATABASE_URL"`;
      assert.equal(shell(script, `printf %s '${url}' | base64 -w0`), "postgresql://u:p@db:5432/shop");
    });

    it("E5 writes the phase rollback into the stack file, and not one other character", () => {
      const file = path.join(folder, "Pulumi.staging.yaml");
      writeFileSync(file, stackText("staging"));
      const [sed = ""] = scriptOf(ENOVA, "canary", "sed -i").split("\n");
      shell(sed, "exit 1");
      const text = readFileSync(file, "utf8");
      const { systems } = parseStackText({ stack: "staging", file: "Pulumi.staging.yaml", text });
      assert.equal(systems.enova?.canary.phase, "rollback");
      assert.equal(text.replace("phase: rollback", 'phase: "10"'), stackText("staging"));
    });
  });

  describe("docs/runbooks and docs/metrics.md", () => {
    it("L19 G15 E11 are what the stacks and rules give now (mend: npm run generate)", async () => {
      const pages = await allRunbookPages();
      assert.deepEqual(writtenPages(), pages.map((page) => page.path).sort());
      for (const page of pages) {
        assert.equal(readFileSync(path.join(runbooksFolder, page.path), "utf8"), page.text, page.path);
      }
    });

    it("K24 E7 L18 G7 are what the metric catalogue gives now (mend: npm run generate)", async () => {
      assert.equal(readFileSync(metricsPageFile, "utf8"), metricsPage(await readers()));
    });
  });
});
