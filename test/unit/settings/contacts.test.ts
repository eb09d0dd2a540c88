import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackText, SettingsError, type Contacts } from "../../../settings";
import { contactOutputs, urlOutputs } from "../../../systems/contact-outputs";
import { FILE, GOOD } from "./stack";

/** A sound file whose Kometa has these contacts, each line below `contacts:`. */
const fileWith = (...lines: readonly string[]) =>
  `${GOOD}    contacts:\n${lines.map((line) => `      ${line}\n`).join("")}`;

function contactsOf(...lines: readonly string[]): Contacts {
  const { systems } = parseStackText({ stack: "develop", file: FILE, text: fileWith(...lines) });
  return systems.kometa?.contacts ?? assert.fail("no kometa");
}

/** What is said of these contacts, without file, place and system. */
function refusalOf(...lines: readonly string[]): readonly string[] {
  try {
    contactsOf(...lines);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    return error.lines.map((line) => line.replace(/^.*?golive:kometa\.contacts\.?/, ""));
  }
  assert.fail("these contacts were accepted");
}

const KOMETA = [
  "channels:",
  '  slack: "#kometa-marketplace"',
  "  email: marketplace-alerts@kometa.com",
  "  pagerDuty: Marketplace Service",
  "people:",
  "  - { role: Tech Lead, name: TBD, contact: tbd }",
  '  - { role: SRE Lead, name: Ana, contact: "@sre-lead" }',
  "escalation:",
  "  - { to: Equipo de desarrollo, after: 30m }",
  "  - { to: Tech Lead, after: 1h }",
  "  - { to: CTO, after: 2h }",
  "urls:",
  "  grafana: https://grafana.kometa.com",
  "  dashboards: { queue-latency: https://grafana.kometa.com/d/b, api: https://grafana.kometa.com/d/a }",
  "  logs: { Loki: https://logs.kometa.com }",
];

describe("settings: contacts", () => {
  it("K28 K29 E11 S10 gives channels, people, levels and pages, parsed", () => {
    assert.deepEqual(contactsOf(...KOMETA), {
      channels: {
        slack: "#kometa-marketplace",
        email: "marketplace-alerts@kometa.com",
        pagerDuty: "Marketplace Service",
      },
      people: [{ role: "Tech Lead" }, { role: "SRE Lead", name: "Ana", contact: "@sre-lead" }],
      escalation: [
        { to: "Equipo de desarrollo", after: { kind: "duration", seconds: 1800, text: "30m" } },
        { to: "Tech Lead", after: { kind: "duration", seconds: 3600, text: "1h" } },
        { to: "CTO", after: { kind: "duration", seconds: 7200, text: "2h" } },
      ],
      urls: {
        grafana: "https://grafana.kometa.com",
        dashboards: [
          { name: "api", url: "https://grafana.kometa.com/d/a" },
          { name: "queue-latency", url: "https://grafana.kometa.com/d/b" },
        ],
        logs: [{ name: "Loki", url: "https://logs.kometa.com" }],
      },
    });
  });

  const said: readonly (readonly [ids: string, mistake: string, lines: readonly string[], says: string])[] = [
    [
      "K29",
      "a channel without its #",
      ["channels: { slack: Kometa Marketplace }"],
      'channels.slack: found "Kometa Marketplace"; expected a Slack channel such as "#deployments", in quotes (a bare # starts a comment); write "#kometa-marketplace"',
    ],
    [
      "K29 S2",
      "a channel that YAML took for a comment",
      ["channels:", "  notifications: #deployments"],
      'channels.notifications: found nothing; expected a Slack channel such as "#deployments", in quotes (a bare # starts a comment)',
    ],
    [
      "K29",
      "an address with a display name",
      ['channels: { email: "Alerts <alerts@kometa.com>" }'],
      'channels.email: found "Alerts <alerts@kometa.com>"; expected an e-mail address such as alerts@example.com; write alerts@kometa.com',
    ],
    [
      "K29",
      "a PagerDuty service without a name",
      ['channels: { pagerDuty: " " }'],
      'channels.pagerDuty: found " "; expected a text that is not empty',
    ],
    [
      "E12",
      "a page without its scheme",
      ["urls: { grafana: grafana.staging.enova.com }"],
      'urls.grafana: found "grafana.staging.enova.com"; expected an absolute URL such as https://grafana.example.com; write https://grafana.staging.enova.com',
    ],
    [
      "E12",
      "a page that is not encrypted",
      ["urls: { logs: { Splunk: http://splunk.enova.com:8000/en-US } }"],
      'urls.logs.Splunk: found "http://splunk.enova.com:8000/en-US"; expected an absolute URL such as https://grafana.example.com; write https://splunk.enova.com:8000/en-US',
    ],
    [
      "E11",
      "a person whose name is left out instead of open",
      ['people: [{ role: Tech Lead, contact: "@tech" }]'],
      "people[0].name: missing; expected a text that is not empty",
    ],
    [
      "K28",
      "a level that is called no later than the one before",
      ["escalation: [{ to: Tech Lead, after: 1h }, { to: CTO, after: 60m }]"],
      'escalation[1].after: found "60m"; expected more than 1h, when Tech Lead is called',
    ],
    [
      "K28",
      "a level after no time",
      ["escalation: [{ to: CTO, after: 0s }]"],
      'escalation[0].after: found "0s"; expected more than 0',
    ],
    [
      "K28",
      "a key of a level that is not known",
      ["escalation: [{ to: CTO, after: 2h, by: telephone }]"],
      "escalation[0].by: unknown key; expected one of: to, after",
    ],
  ];
  for (const [ids, mistake, lines, says] of said) {
    it(`${ids} refuses ${mistake}`, () => assert.deepEqual(refusalOf(...lines), [says]));
  }

  it("K29 never shows a password of a URL", () => {
    const [line = ""] = refusalOf("urls: { grafana: https://admin:hunter2@grafana.kometa.com }");
    assert.match(line, /^urls\.grafana: found a value \(not shown\); expected an absolute URL/);
    assert.doesNotMatch(line, /hunter2/);
  });

  it("K28 takes any escalation that rises, and no other", () => {
    const minutes = fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(minutes, (times) => {
        const rises = times.every((time, index) => index === 0 || time > (times[index - 1] ?? 0));
        const lines = ["escalation:", ...times.map((time) => `  - { to: team, after: ${time}m }`)];
        if (rises) contactsOf(...lines);
        else assert.ok(refusalOf(...lines).every((line) => line.includes("expected more than")));
      }),
    );
  });
});

describe("outputs: contacts", () => {
  it("K28 K29 E11 shows channels, people and levels, and says what is open", () => {
    assert.deepEqual(contactOutputs(contactsOf(...KOMETA)), {
      channels: {
        slack: "#kometa-marketplace",
        email: "marketplace-alerts@kometa.com",
        pagerDuty: "Marketplace Service",
      },
      people: [
        { role: "Tech Lead", name: "TBD", contact: "TBD" },
        { role: "SRE Lead", name: "Ana", contact: "@sre-lead" },
      ],
      escalation: [
        { to: "Equipo de desarrollo", after: "30m" },
        { to: "Tech Lead", after: "1h" },
        { to: "CTO", after: "2h" },
      ],
    });
  });

  it("E12 S10 shows the system's own URLs beside its pages", () => {
    assert.deepEqual(urlOutputs({ api: "https://api.kometa.com" }, contactsOf(...KOMETA)), {
      api: "https://api.kometa.com",
      grafana: "https://grafana.kometa.com",
      dashboards: {
        api: "https://grafana.kometa.com/d/a",
        "queue-latency": "https://grafana.kometa.com/d/b",
      },
      logs: { Loki: "https://logs.kometa.com" },
    });
    assert.deepEqual(urlOutputs({ api: "https://api.kometa.com" }, contactsOf("people: []")), {
      api: "https://api.kometa.com",
    });
  });
});
