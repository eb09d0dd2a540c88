import assert from "node:assert/strict";
import fc from "fast-check";
import { hiding } from "../../../notifications/hide";
import { messageOf, plainText } from "../../../notifications/message";
import { postMortemPage } from "../../../notifications/post-mortem";
import { LANGUAGES } from "../../../observability/watched";
import { EVENTS, EVERY_EVENT } from "../../support/release-events";

const told = (kind: keyof typeof EVENTS, language: "es" | "en" = "es") => {
  const message = messageOf(EVENTS[kind], language);
  return [message.title, ...message.lines];
};

describe("messages of a release", () => {
  it("G8 before a release, the document's own text", () => {
    assert.deepEqual(told("before"), [
      "🚀 Deploying optimistic locking para productos a producción",
      "Fecha: 2026-11-24 03:20 UTC",
      "Duración estimada: 15-20 minutos",
      "Downtime esperado: 0 minutos",
      "Rollback plan: Listo",
      "Versión: v1.1.0",
    ]);
    const unready = messageOf({ ...EVENTS.before, rollbackReady: false }, "es");
    assert.ok(unready.lines.includes("Rollback plan: NO está listo"));
  });

  it("G8 on success, the document's own text, each line only where it is so", () => {
    assert.deepEqual(told("succeeded"), [
      "✅ Deployment de optimistic locking para productos completado exitosamente",
      "• Sin incidentes reportados",
      "• Métricas dentro de lo esperado",
      "• Stock sin inconsistencias",
      "• Duración: 20 minutos; downtime: 0 minutos",
      "• Monitoreo continúa activo (horas 1, 4, 12, 24)",
      "Versión: v1.1.0",
    ]);
    const { lines } = messageOf(
      {
        ...EVENTS.succeeded,
        incidents: ["5 minutos sin checkout"],
        readings: [{ name: "guelaguetza/negative-stock", state: "broken", text: "stock: sin series" }],
        watchHours: [],
      },
      "es",
    );
    assert.deepEqual(lines.slice(0, 2), ["• Incidente: 5 minutos sin checkout", "? stock: sin series"]);
    assert.ok(!lines.join().includes("Stock sin inconsistencias"));
    assert.ok(!lines.join().includes("Métricas dentro"));
    assert.ok(
      !messageOf({ ...EVENTS.succeeded, readings: [] }, "es")
        .lines.join()
        .includes("Métricas"),
    );
  });

  it("G8 G14 K23 on rollback, the documents' own texts and what is to be done after it", () => {
    assert.deepEqual(told("rollingBack").slice(0, 2), [
      "⚠️ Iniciando rollback de optimistic locking para productos deployment",
      "Razón: stock negativo: 3 > 0",
    ]);
    for (const duty of [
      "Notificar al equipo de desarrollo",
      "Actualizar documentación de incidentes",
      "Programar análisis post-mortem",
      "Actualizar plan de release",
    ])
      assert.ok(told("rolledBack").join("\n").includes(duty), duty);
    assert.deepEqual(told("postMortem").slice(3, 6), [
      "• ¿Qué salió mal?",
      "• ¿Cómo prevenirlo en el futuro?",
      "• ¿Tests adicionales necesarios?",
    ]);
  });

  it("S2 S7 each step and each pause say where the release is", () => {
    assert.equal(told("step")[0], "▶️ optimistic locking para productos en producción: paso 2 de 4, 50 %");
    assert.equal(
      told("held", "en")[0],
      "⏸️ Deployment of optimistic locking para productos on production paused: step 2 of 4, 50 %",
    );
    assert.ok(told("held").includes("Si nadie decide, vuelve atrás a las 2026-11-24 03:50 UTC"));
  });

  it("G8 every event says something in both languages, with no place left unfilled", () => {
    for (const event of EVERY_EVENT)
      for (const language of LANGUAGES) {
        const { title, lines } = messageOf(event, language);
        assert.ok(title.length > 0 && lines.every((line) => line.length > 0));
        assert.doesNotMatch([title, ...lines].join("\n"), /\{\w+\}|undefined|NaN/);
      }
  });

  it("K23 G14 a post-mortem begins with the facts, the events in their order and the document's questions", () => {
    const page = postMortemPage(
      EVENTS.postMortem,
      [EVENTS.rolledBack, { ...EVENTS.before, at: new Date(0) }],
      "es",
    );
    assert.match(page, /^# 📝 Post-mortem de optimistic locking para productos \(producción\)\n/);
    assert.ok(page.indexOf("1970-01-01") < page.indexOf("2026-11-24"));
    for (const part of ["### ¿Qué salió mal?", "- [ ] Actualizar plan de release", "3 \\> 0"])
      assert.ok(page.includes(part), part);
  });
});

describe("secrets in messages", () => {
  it("L7 known values are hidden in every form in which they travel", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: "grapheme-ascii" }), fc.string(), (secret, around) => {
        fc.pre(!"[secret]".includes(secret));
        const forms = [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")];
        for (const form of forms) {
          const left = hiding([secret])(`${around} ${form} ${around}`);
          assert.ok(!left.includes(form) || around.includes(form), left);
        }
      }),
    );
  });

  const looks = {
    "a URL with a password": "postgres://shop:hunter2x@db:5432/shop",
    "a webhook of Slack": "https://hooks.slack.com/services/T0/B0/hunter2x",
    "a token": "Authorization: Bearer hunter2x.hunter2x",
    "a password by its name": 'failed with password="hunter2x"',
    "a private key": "-----BEGIN PRIVATE KEY-----\nhunter2x\n-----END PRIVATE KEY-----",
  };
  for (const [what, text] of Object.entries(looks)) {
    it(`L7 ${what} is hidden though nobody said that it is a secret`, () => {
      const message = messageOf({ ...EVENTS.rollingBack, reason: text }, "es");
      const hidden = hiding([])(plainText(message));
      assert.doesNotMatch(hidden, /hunter2x/);
      assert.match(hidden, /^Razón: /);
    });
  }
});
