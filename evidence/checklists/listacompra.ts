/** ListaCompra's checklist (`001-listacompra.md`). Pure. */
import type { Checklist } from "../line";
import { section, text } from "./section";
import {
  all,
  documentOf,
  documentOfVersion,
  integration,
  migration,
  noAlerts,
  resource,
  review,
  reviewOfBranch,
  signOff,
  tests,
} from "./ways";

const stacks = ["staging", "production"] as const;

/** The checklist. */
export const listacompra: Checklist = {
  system: "listacompra",
  title: text("Guía de Despliegue Avanzado", "Guide to deployment"),
  lines: [
    ...section(
      {
        title: text("Despliegue Producción", "Deployment to production"),
        moment: "before",
        stacks: ["production"],
        requirements: ["L9"],
      },
      [
        "release-branch",
        "Crear release branch `release/x.y.z`.",
        "Make the release branch `release/x.y.z`.",
        reviewOfBranch((version) => `release/${version}`),
      ],
      [
        "approvals",
        "Asegurar aprobación QA + Product Owner.",
        "Have QA and the Product Owner approve.",
        all(signOff("qa"), signOff("product-owner")),
        { policy: "release-approvals" },
      ],
      [
        "pipeline-tests",
        "Tests unitarios, integración y E2E.",
        "Unit, integration and end-to-end tests.",
        all(tests("unit"), tests("integration"), tests("e2e")),
      ],
    ),
    ...section(
      {
        title: text("Checklist de Publicación", "Publication checklist"),
        moment: "before",
        stacks,
        requirements: ["L20"],
      },
      [
        "tests",
        "Tests unitarios e integración verdes.",
        "Unit and integration tests are green.",
        all(tests("unit"), tests("integration")),
      ],
      [
        "pipeline",
        "Pipeline CI completado sin errores.",
        "The CI pipeline ended without errors.",
        integration(/^/, "the pipeline"),
      ],
      [
        "migrations",
        "Migraciones revisadas y aplicadas.",
        "Migrations reviewed and applied.",
        all(review, migration("staging", "staging")),
        { stacks: ["production"], requirements: ["L20", "L13"], policy: "release-migration" },
      ],
      [
        "migrations-reviewed",
        "Migraciones revisadas y aplicadas.",
        "Migrations reviewed; they are applied on this stack by its own Job.",
        all(review, resource("Job", "listacompra-migration")),
        { stacks: ["staging"], requirements: ["L20", "L13"], policy: "release-migration" },
      ],
      [
        "no-alerts",
        "Dashboard Grafana sin alertas activas.",
        "No alert is active on the Grafana dashboard.",
        all(resource("ConfigMap", /^listacompra-dashboards-/), noAlerts(/^(?:staging|production)$/)),
        { policy: "release-alerts" },
      ],
      [
        "documentation",
        "Documentación (README, CHANGELOG) actualizada.",
        "README and CHANGELOG are up to date.",
        all(documentOf("readme", /\S/, "anything"), documentOfVersion("changelog")),
        { policy: "release-notes" },
      ],
      [
        "release-notes",
        "Release notes publicados y comunicados a stakeholders.",
        "Release notes are published, and stakeholders know.",
        all(documentOfVersion("release-notes"), signOff("product-owner")),
        { policy: "release-notes" },
      ],
    ),
  ],
};
