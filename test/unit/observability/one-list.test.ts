import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import { declaredResources } from "../../../cli/inventory";
import { repositoryRoot } from "../../../engine/cache";
import { GUELAGUETZA_QUERIES } from "../../../observability/sql/guelaguetza";
import { LISTACOMPRA_QUERIES } from "../../../observability/sql/listacompra";
import { metricQueries, verifications, type DatabaseQuery } from "../../../observability/sql/query";
import { s5Queries } from "../../../observability/sql/s5";

const STACK = "production";

const container = z.object({ name: z.string(), command: z.array(z.string()).default([]) });

const job = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        initContainers: z.array(container).default([]),
        containers: z.array(container),
      }),
    }),
  }),
});

const exporter = z.object({
  collectors: z.array(
    z.object({ metrics: z.array(z.object({ metric_name: z.string(), query: z.string() })) }),
  ),
});

/** Each system's list, and the name of its migration's Job in the program. */
const SYSTEMS: Readonly<
  Record<string, { readonly queries: readonly DatabaseQuery[]; readonly migration: RegExp }>
> = {
  guelaguetza: { queries: GUELAGUETZA_QUERIES, migration: /^guelaguetza-migration$/ },
  listacompra: { queries: LISTACOMPRA_QUERIES, migration: /^listacompra-migration$/ },
  s5: { queries: s5Queries("20260301"), migration: /^s5-.*migrations/ },
};

const runbookOf = (system: string, language: "" | ".en") =>
  readFileSync(path.join(repositoryRoot, "docs", "runbooks", STACK, `${system}${language}.md`), "utf8");

describe("one list of questions for each database", function () {
  this.timeout(60_000);
  let declared: Awaited<ReturnType<typeof declaredResources>>;

  before(async () => {
    declared = await declaredResources(STACK);
  });

  const inputsOf = (type: string, name: RegExp) =>
    declared
      .filter(({ registration }) => registration.type === type && name.test(registration.name))
      .map(({ registration }) => registration.inputs);

  for (const [system, { queries, migration }] of Object.entries(SYSTEMS)) {
    it(`G4 S4 ${system}'s migration asks those that have one right answer, and no other`, () => {
      const [inputs] = inputsOf("kubernetes:batch/v1:Job", migration);
      const { initContainers, containers } = job.parse(inputs).spec.template.spec;
      const words = [...initContainers, ...containers].find(({ name }) => name === "verify")?.command ?? [];
      const expected = verifications(queries, { once: true });
      assert.ok(expected.length > 0);
      for (const { name, sql, equals } of expected) {
        const at = words.indexOf(name);
        assert.deepEqual(words.slice(at, at + 3), [name, sql, String(equals)]);
      }
      const asked = words.filter((word) => /^SELECT /.test(word));
      assert.deepEqual(
        asked.filter((sql) => !queries.some((query) => query.sql === sql)),
        [],
      );
    });

    it(`G6 G7 ${system}'s exporter asks those that are a metric, and no other`, () => {
      const maps = inputsOf("kubernetes:core/v1:ConfigMap", new RegExp(`^${system}-sql-exporter$`));
      const collected = maps.flatMap((inputs) => {
        const { data } = z.object({ data: z.record(z.string(), z.string()) }).parse(inputs);
        const { collectors } = exporter.parse(parse(data["sql_exporter.yml"] ?? ""));
        return collectors.flatMap(({ metrics }) =>
          metrics.map(({ metric_name, query }) => [metric_name, query]),
        );
      });
      const expected = metricQueries(queries).map(({ metric, sql }) => [metric.name, sql]);
      assert.deepEqual(collected, expected);
    });

    it(`G15 L19 ${system}'s runbook asks all of them, and says what must come`, () => {
      for (const language of ["", ".en"] as const) {
        const page = runbookOf(system, language);
        for (const { name, sql } of queries) {
          assert.ok(page.includes(`${sql};`), `${name} in ${system}${language}.md`);
          assert.ok(page.includes(String.raw`\echo ${name.replaceAll("'", "’")}`), name);
        }
      }
    });
  }
});
