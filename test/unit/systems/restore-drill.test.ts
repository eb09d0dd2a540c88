import assert from "node:assert/strict";
import * as z from "zod";
import { declaredResources } from "../../../cli/inventory";
import { GUELAGUETZA_QUERIES } from "../../../observability/sql/guelaguetza";
import { LISTACOMPRA_QUERIES } from "../../../observability/sql/listacompra";
import { verifications } from "../../../observability/sql/query";

const container = z.object({ command: z.array(z.string()), terminationMessagePath: z.string() });

const cronJob = z.object({
  spec: z.object({
    schedule: z.string(),
    jobTemplate: z.object({
      spec: z.object({
        template: z.object({
          spec: z.object({
            serviceAccountName: z.string(),
            initContainers: z.tuple([container]),
            containers: z.tuple([container]),
          }),
        }),
      }),
    }),
  }),
});

const DRILLS = { guelaguetza: GUELAGUETZA_QUERIES, listacompra: LISTACOMPRA_QUERIES };

describe("the restore drills of staging", function () {
  this.timeout(60_000);
  let declared: Awaited<ReturnType<typeof declaredResources>>;

  before(async () => {
    declared = await declaredResources("staging");
  });

  const inputsOf = (type: string, name: string) =>
    declared.find(({ registration }) => registration.type === type && registration.name === name)
      ?.registration.inputs;

  for (const [system, queries] of Object.entries(DRILLS)) {
    const name = `${system}-restore-drill`;

    it(`L14 G2 G4 ${system}'s asks the system's own questions, within its times, each week`, () => {
      const { schedule, jobTemplate } = cronJob.parse(inputsOf("kubernetes:batch/v1:CronJob", name)).spec;
      assert.equal(schedule, "0 5 * * 1");
      const { containers, serviceAccountName } = jobTemplate.spec.template.spec;
      const expected = verifications(queries, { once: false });
      assert.ok(expected.length > 0);
      const words = containers[0].command;
      assert.deepEqual(
        words.slice(-3 * expected.length),
        expected.flatMap((each) => [each.name, each.sql, String(each.equals)]),
      );
      assert.equal(words[6], "3600");
      assert.equal(serviceAccountName, name);
    });

    it(`L14 ${system}'s may read the backups, and write nothing`, () => {
      const policies = declared
        .map(({ registration }) => registration)
        .filter(({ type, name: own }) => type === "aws:iam/rolePolicy:RolePolicy" && own.startsWith(name));
      assert.ok(policies.length > 0);
      const text = JSON.stringify(policies.map(({ inputs }) => inputs));
      assert.match(text, /s3:GetObject/);
      assert.doesNotMatch(text, /s3:(?:Put|Delete)|GenerateDataKey/);
    });
  }
});
