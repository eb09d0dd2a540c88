/** What golive itself asks of a release on production, whatever the system's document asks for. Pure. */
import type { EvidenceSettings } from "../settings/evidence";
import { section, text } from "./checklists/section";
import { backup, documentOf, documentOfVersion, noAlerts, restorePoint } from "./checklists/ways";
import { report, type ByReport, type Line } from "./line";
import type { Judged } from "../migrations/verdict";
import type { ReleaseRecord } from "./record";

/** What the lines are made for. */
export interface OwnLines {
  readonly record: ReleaseRecord;
  readonly stack: string;
  readonly namespace: string;
  readonly soak: EvidenceSettings["soak"];
  /** Whether the system migrates a database. */
  readonly migrates: boolean;
  /** What its migrations destroy. */
  readonly destroyed: readonly Judged[];
}

const before = { moment: "before", stacks: ["production"] } as const;

const HOUR = 3600;

/** The lines. */
export function ownLines(given: OwnLines): readonly Line[] {
  return [
    ...(given.soak === undefined ? [] : soakLines(given.soak)),
    ...(given.migrates ? migrationLines : []),
    ...destructiveLines(given),
    ...alertLines(given),
    ...rollbackLines(given),
    ...notesLines,
  ];
}

const soakLines = ({ stack, time }: NonNullable<EvidenceSettings["soak"]>): readonly Line[] =>
  section(
    {
      ...before,
      title: text("golive: promoción", "golive: promotion"),
      requirements: ["G9"],
      policy: "release-soak",
    },
    [
      "golive-soak",
      `Las mismas imágenes han estado al menos ${time.text} en ${stack}`,
      `The same images ran on ${stack} for at least ${time.text}`,
      report({
        kind: "soak",
        test: (fact, { images }) => {
          if (fact.stack !== stack) return `is of ${fact.stack}, not of ${stack}`;
          const other = images.find((image) => !fact.images.includes(image));
          if (other !== undefined) return `is of other images: ${other} did not run`;
          const wrong = fact.readings.find(({ ok }) => !ok);
          if (wrong !== undefined) return `says of "${wrong.name}": ${wrong.reading}`;
          return fact.duration < time.seconds
            ? `is of ${Math.floor((fact.duration / HOUR) * 10) / 10} h; at least ${time.text} are asked for`
            : undefined;
        },
      }),
    ],
  );

/** A migration was tried on staging, forth and back. */
const reversible: ByReport = report({
  kind: "migration",
  name: "staging",
  test: ({ stack, reversible: goesBack }) => {
    if (!stack.startsWith("staging")) return `is of ${stack}, not of staging`;
    return goesBack ? undefined : "has no reverse that has been tried";
  },
});

const migrationLines = section(
  {
    ...before,
    title: text("golive: migración", "golive: migration"),
    requirements: ["G2", "G3"],
    policy: "release-migration",
  },
  [
    "golive-backup",
    "Hay un backup reciente de producción que se puede leer",
    "There is a recent backup of production that can be read",
    backup("production"),
  ],
  [
    "golive-reverse",
    "La reversa de la migración se ha probado en staging",
    "The reverse of the migration has been tried on staging",
    reversible,
  ],
);

/** Report that says why what is destroyed may go, and how it would come back. */
const DESTRUCTIVE = "destructive-migrations";

/** Nothing of a database is destroyed that nobody wrote down; who signs the release signs that too. */
function destructiveLines({ destroyed }: OwnLines): readonly Line[] {
  if (destroyed.length === 0) return [];
  const named = [...new Set(destroyed.map(({ migration, subject }) => `${migration}: ${subject}`))];
  return section(
    {
      ...before,
      title: text("golive: migración", "golive: migration"),
      requirements: ["G3", "L13"],
      policy: "release-migration",
    },
    [
      "golive-destructive",
      `Está escrito por qué se puede perder lo que la migración borra (${named.join(", ")})`,
      `It is written down why what the migration destroys may go (${named.join(", ")})`,
      report({
        kind: "document",
        name: DESTRUCTIVE,
        test: (document) => {
          const untold = destroyed.find(
            ({ migration, subject }) =>
              !document.text.includes(migration) || !document.text.includes(subject),
          );
          return untold && `says nothing of ${untold.subject} in ${untold.migration}`;
        },
      }),
    ],
  );
}

const alertLines = ({ namespace }: OwnLines): readonly Line[] =>
  section(
    {
      ...before,
      title: text("golive: alertas", "golive: alerts"),
      requirements: ["L20"],
      policy: "release-alerts",
    },
    [
      "golive-alerts",
      "No hay alertas críticas activas",
      "No critical alert is active",
      noAlerts(new RegExp(`^${namespace}$`), { severities: /^critical$/ }),
    ],
  );

/** The first version of a system has nothing to go back to. */
function rollbackLines({ record, stack }: OwnLines): readonly Line[] {
  if (record.previous === null) return [];
  const { plan = "rollback-plan", restorePoint: point } = record.stacks[stack]?.rollback ?? {};
  return section(
    {
      ...before,
      title: text("golive: vuelta atrás", "golive: the way back"),
      requirements: ["K13"],
      policy: "release-rollback",
    },
    [
      "golive-rollback-plan",
      "Plan de rollback documentado",
      "Rollback plan written down",
      documentOf(plan, /\S/, "the way back"),
    ],
    [
      "golive-restore-point",
      "Punto de restauración identificado",
      "Restore point named",
      point === undefined ? restorePoint : { ...restorePoint, name: point },
    ],
  );
}

const notesLines = section(
  {
    ...before,
    title: text("golive: documentación", "golive: documents"),
    requirements: ["K27", "G15", "L20"],
    policy: "release-notes",
  },
  [
    "golive-changelog",
    "CHANGELOG de esta versión",
    "CHANGELOG of this version",
    documentOfVersion("changelog"),
  ],
  [
    "golive-release-notes",
    "Release notes de esta versión",
    "Release notes of this version",
    documentOfVersion("release-notes"),
  ],
);
